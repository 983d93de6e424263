/**
 * The path to an address, which decides whether a secret may be sent: encrypted, within this machine, within a private
 * network (a container's name, a private address), or over a shared network.
 */
export type Reach = 'encrypted' | 'this machine' | 'own network' | 'elsewhere';

/** @param url parsed by WHATWG's rules, by which `http://2130706433/` and `http://0x7f.1/` are 127.0.0.1 */
export function reachOf(url: URL): Reach {
  if (url.protocol === 'https:' || url.protocol === 'wss:') return 'encrypted';
  return reachOfHost(url.hostname);
}

function reachOfHost(written: string): Exclude<Reach, 'encrypted'> {
  const host = written.toLowerCase().replace(/\.$/, '');
  const bytes = ipv4Of(host);
  if (bytes !== null) return reachOfIpv4(bytes);
  if (host.startsWith('[')) return reachOfIpv6(host);
  // RFC 6761: names under localhost never leave the machine.
  if (host === 'localhost' || host.endsWith('.localhost')) return 'this machine';
  // A name without a dot is a container or a machine of the local network; .internal is reserved for private networks.
  return host !== '' && (!host.includes('.') || host.endsWith('.internal')) ? 'own network' : 'elsewhere';
}

function ipv4Of(host: string): number[] | null {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return host.split('.').map(Number);
  // IPv4 in IPv6, in the parser's form: [::ffff:7f00:1].
  const mapped = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host);
  if (mapped === null) return null;
  return mapped.slice(1).flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
}

/** RFC 1122 (loopback, "this host"), RFC 1918 (private), RFC 6598 (shared address space of carriers and mesh VPNs). */
function reachOfIpv4([a = 0, b = 0, c = 0, d = 0]: number[]): Exclude<Reach, 'encrypted'> {
  if (a === 127 || a + b + c + d === 0) return 'this machine';
  const isPrivate = a === 10 || (a === 172 && b >> 4 === 1) || (a === 192 && b === 168) || (a === 100 && b >> 6 === 1);
  return isPrivate ? 'own network' : 'elsewhere';
}

/** RFC 4291 (loopback, link-local), RFC 4193 (unique local). */
function reachOfIpv6(host: string): Exclude<Reach, 'encrypted'> {
  if (host === '[::1]' || host === '[::]') return 'this machine';
  return /^\[(f[cd][0-9a-f]{2}|fe[89ab][0-9a-f]):/.test(host) ? 'own network' : 'elsewhere';
}
