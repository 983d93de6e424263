import type { Resolver } from 'node:dns/promises';
import type { DnsProbe } from '../../../watch-files/index.ts';

const plainName = (name: string) => name.toLowerCase().replace(/\.$/, '');

/** Returns an IPv6 address in its shortest form, as c-ares writes it. */
function shortAddress(written: string): string {
  const url = `http://[${written}]`;
  return URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : written;
}

/** Asks for records and returns them as text: an MX record as `10 mail.example.com`, the parts of a TXT record joined. */
export async function foundRecords(resolver: Resolver, name: string, type: DnsProbe['type']): Promise<string[]> {
  if (type === 'A') return resolver.resolve4(name);
  if (type === 'AAAA') return (await resolver.resolve6(name)).map(shortAddress);
  if (type === 'CNAME') return (await resolver.resolveCname(name)).map(plainName);
  if (type === 'NS') return (await resolver.resolveNs(name)).map(plainName);
  if (type === 'TXT') return (await resolver.resolveTxt(name)).map((parts) => parts.join(''));
  return (await resolver.resolveMx(name)).map(({ priority, exchange }) => `${priority} ${plainName(exchange)}`);
}

/** Brings expected values and records into one form. MX without a priority: the names alone are compared. */
export function wantedRecords(
  type: DnsProbe['type'],
  values: readonly string[],
  records: readonly string[],
): { wanted: string[]; found: string[] } {
  const found = [...records];
  if (type === 'TXT') return { wanted: [...values], found };
  const plain = values.map((value) => value.trim().replace(/\s+/g, ' '));
  if (type === 'A') return { wanted: plain, found };
  if (type === 'AAAA') return { wanted: plain.map(shortAddress), found };
  const wanted = plain.map(plainName);
  const hasPriority = wanted.some((value) => value.includes(' '));
  if (type !== 'MX' || hasPriority) return { wanted, found };
  return { wanted, found: found.map((record) => record.replace(/^\d+ /, '')) };
}
