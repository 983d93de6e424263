import { BlockList, isIP } from 'node:net';
import type { CoreSettings } from './schema.ts';

/** Keywords for networks, as in proxy-addr. `attached`: the networks of this machine or container. */
const networkWords = ['loopback', 'linklocal', 'uniquelocal', 'attached'] as const;

/** Splits a list at commas; trims entries and drops empty ones. */
export function splitList(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

/** Returns what is wrong with an entry of TRUSTED_PROXIES, or null. */
export function wrongProxy(entry: string): string | null {
  if ((networkWords as readonly string[]).includes(entry)) return null;
  const [address = '', prefix, ...rest] = entry.split('/');
  const version = isIP(address);
  const remedy = `write addresses, networks such as 10.0.0.0/8 or fd00::/8, or ${networkWords.join(', ')}.`;
  if (version === 0 || rest.length > 0) return `"${entry}" is no address; ${remedy}`;
  if (prefix === undefined) return null;
  const most = version === 4 ? 32 : 128;
  if (!/^\d{1,3}$/.test(prefix) || Number(prefix) > most) {
    return `"${entry}": what follows / must be a number from 1 to ${most}.`;
  }
  if (address.includes('%'))
    return `"${entry}": a network has no zone; write it without ${address.slice(address.indexOf('%'))}.`;
  if (version === 6 && holdsMapped(address, Number(prefix))) {
    return `"${entry}" holds ::ffff:0:0/96, which stands for every IPv4 address: then anyone could claim any address. Write IPv4 networks as IPv4, as in 10.0.0.0/8, and IPv6 ones as narrow as they are.`;
  }
  if (Number(prefix) === 0) return `"${entry}" is everybody: then anyone could claim any address.`;
  return null;
}

/**
 * Returns whether a network contains ::ffff:0:0/96, the IPv4 addresses in IPv6 form (RFC 4291, 2.5.5.2). It does if it has
 * one address of each half.
 */
function holdsMapped(address: string, prefix: number): boolean {
  const list = new BlockList();
  list.addSubnet(address, prefix, 'ipv6');
  return list.check('::ffff:1.2.3.4', 'ipv6') && list.check('::ffff:254.2.3.4', 'ipv6');
}

const hostName = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Returns what is wrong with the form of HOST, or null. */
export function wrongAddress(host: string): string | null {
  if (isIP(host) !== 0 || (hostName.test(host) && !host.startsWith('*') && !/^[\d.]+$/.test(host))) return null;
  return `"${host}" is no address to listen on; write one without scheme, port and brackets: 127.0.0.1, 0.0.0.0, :: or a host name.`;
}

/** Returns what is wrong with an entry of ALLOWED_HOSTS, or null. */
export function wrongHost(entry: string): string | null {
  if (entry === '*' || hostName.test(entry)) return null;
  const hint = /[:/]/.test(entry) ? ' without scheme, port and path' : '';
  return `"${entry}" is no host name; write names${hint}, as in bot.example.com or *.example.com.`;
}

/** Returns the host names to accept in requests, besides the safe ones of `http/hosts.ts`. */
export function ownHosts(config: Pick<CoreSettings, 'ALLOWED_HOSTS' | 'HOST' | 'PUBLIC_URL'>): string[] {
  const { ALLOWED_HOSTS, HOST, PUBLIC_URL } = config;
  return [...splitList(ALLOWED_HOSTS), HOST, ...(PUBLIC_URL === undefined ? [] : [new URL(PUBLIC_URL).hostname])];
}
