import { BlockList, isIP } from 'node:net';
import type { CoreSettings } from './schema.ts';

/** Words that stand for networks, as in proxy-addr; `attached` are those this machine or container is itself on. */
const networkWords = ['loopback', 'linklocal', 'uniquelocal', 'attached'] as const;

/** The entries of a list separated by commas. */
export function splitList(value: string | undefined): string[] {
  return (value ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
}

/** Why an entry of TRUSTED_PROXIES is none; null: it is right. */
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

/** ::ffff:0:0/96 is IPv4 written as IPv6 (RFC 4291, 2.5.5.2). One address of each half of it shows whether all of it is held. */
function holdsMapped(address: string, prefix: number): boolean {
  const list = new BlockList();
  list.addSubnet(address, prefix, 'ipv6');
  return list.check('::ffff:1.2.3.4', 'ipv6') && list.check('::ffff:254.2.3.4', 'ipv6');
}

const hostName = /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** Why HOST cannot be listened on, as far as its form says; null: it can. */
export function wrongAddress(host: string): string | null {
  if (isIP(host) !== 0 || (hostName.test(host) && !host.startsWith('*') && !/^[\d.]+$/.test(host))) return null;
  return `"${host}" is no address to listen on; write one without scheme, port and brackets: 127.0.0.1, 0.0.0.0, :: or a host name.`;
}

/** Why an entry of ALLOWED_HOSTS is none; null: it is right. */
export function wrongHost(entry: string): string | null {
  if (entry === '*' || hostName.test(entry)) return null;
  const hint = /[:/]/.test(entry) ? ' without scheme, port and path' : '';
  return `"${entry}" is no host name; write names${hint}, as in bot.example.com or *.example.com.`;
}

/** Host names that requests for this program may carry, besides those that can be nobody else's (`http/hosts.ts`). */
export function ownHosts(config: Pick<CoreSettings, 'ALLOWED_HOSTS' | 'HOST' | 'PUBLIC_URL'>): string[] {
  const { ALLOWED_HOSTS, HOST, PUBLIC_URL } = config;
  return [...splitList(ALLOWED_HOSTS), HOST, ...(PUBLIC_URL === undefined ? [] : [new URL(PUBLIC_URL).hostname])];
}
