import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

type Interfaces = NodeJS.Dict<NetworkInterfaceInfo[]>;

const words: Record<string, readonly string[]> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
};

/**
 * Returns whether X-Forwarded-For, -Proto and -Host of a proxy's address are trusted.
 * @param entries addresses, networks in CIDR notation, and the keywords of `config/network.ts`, which has checked them
 */
export function createTrust(
  entries: readonly string[],
  interfaces: () => Interfaces = networkInterfaces,
): (address: string) => boolean {
  const trusted = new BlockList();
  const networks = entries.flatMap((entry) =>
    entry === 'attached' ? attached(interfaces()) : (words[entry] ?? [entry]),
  );
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    const plain = plainAddress(address);
    const family = isIP(plain) === 4 ? 'ipv4' : 'ipv6';
    const mapped = plain !== address;
    if (prefix === undefined) trusted.addAddress(plain, family);
    else trusted.addSubnet(plain, mapped ? Math.max(0, Number(prefix) - 96) : Number(prefix), family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && trusted.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** Returns 10.0.0.1 for `::ffff:10.0.0.1`, its form on a dual-stack socket, and removes a zone such as `%eth0`. */
export function plainAddress(address: string): string {
  const [bare = ''] = address.split('%', 1);
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(bare) ? bare.slice(7) : bare;
}

function attached(interfaces: Interfaces): string[] {
  return Object.values(interfaces).flatMap((addresses) =>
    (addresses ?? []).flatMap(({ cidr, internal }) => (internal || cidr === null ? [] : [cidr])),
  );
}
