import { Failed, lengthOf } from './run.ts';

/** How long a query took, milliseconds, and who was asked: `The DNS server 1.1.1.1`. */
export interface Asked {
  tookMs: number;
  server?: string;
}

/** Returns the failure of a DNS query by its code of c-ares. `what`: `A record`. */
export function dnsFailure(code: string, host: string, what: string, { tookMs, server }: Asked): Failed {
  const who = server === undefined ? 'The DNS server' : `The DNS server ${server}`;
  const texts: Record<string, string> = {
    ENOTFOUND: `The name ${host} does not exist (NXDOMAIN).`,
    ENODATA: `The name ${host} has no ${what}.`,
    ESERVFAIL: `${who} could not resolve ${host} (SERVFAIL).`,
    EREFUSED: `${who} refuses to resolve ${host} (REFUSED).`,
    ETIMEOUT: `${who} did not answer within ${lengthOf(tookMs)}.`,
    ECANCELLED: `${who} did not answer within ${lengthOf(tookMs)}.`,
    ECONNREFUSED: `${who} is not reached: the connection is refused.`,
    EBADNAME: `"${host}" is no valid name.`,
  };
  return new Failed('dns', texts[code] ?? `${who} sent no usable answer for ${host} (${code || 'unknown error'}).`);
}
