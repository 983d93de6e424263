import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { canonicalHost, isRefusedAddress } from '../../../lib/refused-address.ts';
import { createTurns } from '../../../lib/turns.ts';
import { askBoth } from './ask.ts';
import { dnsFailure } from './dns-failure.ts';
import { createHosts } from './hosts.ts';
import { Failed, type Run } from './run.ts';

export interface Address {
  address: string;
  family: number;
}

/** Resolves a name to the addresses that may be connected to, IPv4 first. @throws Failed */
export type Resolve = (host: string, family: 4 | 6 | null, run: Run) => Promise<Address[]>;

export interface LookupOptions {
  /** Absent: the system's. */
  nameServers?: readonly string[] | undefined;
  hostsFile?: string | undefined;
  /** getaddrinfo. */
  systemLookup?(host: string, options: { all: true; family: number }): Promise<Address[]>;
}

/** Look-ups by the system that wait for their turn. */
const mostWaiting = 20;

/**
 * Resolves names without libuv's pool of four threads, in which a few dead names would stall every check, SQLite and
 * scrypt (nodejs/node#62599): first the file /etc/hosts, then a DNS query by c-ares, which has a time limit. Only names
 * that DNS does not have and that other sources may have (without a dot, or `.local`) go to getaddrinfo, one at a time.
 * Nothing is cached. Link-local and metadata addresses are refused.
 */
export function createLookup({ nameServers, hostsFile = '/etc/hosts', systemLookup = lookup }: LookupOptions): Resolve {
  const hosts = createHosts(hostsFile);
  const inTurn = createTurns();
  let waiting = 0;

  return async function resolve(written, family, run) {
    const host = canonical(written);
    const literal = isIP(host);
    if (literal !== 0 && family !== null && family !== literal) {
      throw new Failed('dns', `${written} is not an IPv${family} address.`);
    }
    const found = literal === 0 ? (local(host, family) ?? (await remote(host, family, run))) : [asAddress(host)];
    const bad = found.find(({ address }) => isRefusedAddress(address));
    if (bad !== undefined) {
      const name = bad.address === written ? written : `${written} leads to ${bad.address}, which`;
      throw new Failed('refused', `${name} is a link-local or metadata address. Checks do not connect to it.`);
    }
    return found;
  };

  /** Null: ask DNS. */
  function local(host: string, family: 4 | 6 | null): Address[] | null {
    const isLocalhost = host === 'localhost' || host.endsWith('.localhost');
    const fits = (each: Address) => family === null || each.family === family;
    const listed = hosts(host).map(asAddress).filter(fits);
    // localhost is the loopback address without a look-up (RFC 6761, section 6.3).
    const fitting = listed.length === 0 && isLocalhost ? ['127.0.0.1', '::1'].map(asAddress).filter(fits) : listed;
    return fitting.length > 0 ? fitting : null;
  }

  async function remote(host: string, family: 4 | 6 | null, run: Run): Promise<Address[]> {
    const answer = await askBoth(host, family, nameServers, run);
    if (answer.addresses.length > 0) return answer.addresses.map(asAddress);
    const elsewhere = !host.includes('.') || host.endsWith('.local');
    const missing = ['ENOTFOUND', 'ENODATA', 'ECONNREFUSED'].includes(answer.code);
    const found = elsewhere && missing ? await bySystem(host, family, run) : [];
    if (found.length > 0) return found;
    throw dnsFailure(answer.code, host, family === null ? 'address' : `IPv${family} address`, answer);
  }

  /** Asks getaddrinfo, which also knows search domains and mDNS. It cannot be cancelled. */
  async function bySystem(host: string, family: 4 | 6 | null, run: Run): Promise<Address[]> {
    if (waiting >= mostWaiting) return [];
    waiting += 1;
    const turn = inTurn('system', async () => {
      waiting -= 1;
      return run.isOver() ? [] : await systemLookup(host, { all: true, family: family ?? 0 });
    });
    try {
      return await run.until(turn);
    } catch (error) {
      if (error instanceof Failed) throw error;
      return [];
    }
  }
}

const asAddress = (address: string): Address => ({ address, family: isIP(address) });

/** Returns a host as it is looked up, see `canonicalHost`. @throws Failed */
export function canonical(written: string): string {
  const host = canonicalHost(written);
  if (host === null) throw new Failed('dns', `"${written}" is no valid name.`);
  return host;
}
