import { BlockList, isIP } from 'node:net';

/** Addresses at which clouds serve a machine's metadata and credentials, and link-local ones. Others may be a service of one's own. */
const refused = new BlockList();
refused.addSubnet('169.254.0.0', 16);
refused.addSubnet('fe80::', 10, 'ipv6');
// Alibaba Cloud, and the WireServer of Azure.
refused.addAddress('100.100.100.200');
refused.addAddress('168.63.129.16');
// AWS over IPv6, and GCP's IPv6 metadata address.
refused.addAddress('fd00:ec2::254', 'ipv6');
refused.addAddress('fd20:ce::254', 'ipv6');

/** Forms of IPv6 that lead to an IPv4 address in them: their prefix in hexadecimal, and the positions of the four bytes. */
const carriers: readonly { prefix: RegExp; bytes: readonly (readonly number[])[]; isInverted?: boolean }[] = [
  // IPv4-compatible, IPv4-mapped (RFC 4291, section 2.5.5) and IPv4-translated addresses (RFC 2765).
  { prefix: /^0{16}(0{8}|0000ffff|ffff0000)/, bytes: [[12, 13, 14, 15]] },
  // NAT64: the well-known prefix (RFC 6052).
  { prefix: /^0064ff9b0{16}/, bytes: [[12, 13, 14, 15]] },
  // NAT64: the prefix for local use (RFC 8215), in which a network chooses one of 48, 56, 64 or 96 bits (RFC 6052, 2.2).
  {
    prefix: /^0064ff9b0001/,
    bytes: [
      [6, 7, 9, 10],
      [7, 9, 10, 11],
      [9, 10, 11, 12],
      [12, 13, 14, 15],
    ],
  },
  // 6to4 (RFC 3056).
  { prefix: /^2002/, bytes: [[2, 3, 4, 5]] },
  // Teredo: the server, and the client, whose bits are inverted (RFC 4380, section 4).
  { prefix: /^20010000/, bytes: [[4, 5, 6, 7]] },
  { prefix: /^20010000/, bytes: [[12, 13, 14, 15]], isInverted: true },
  // ISATAP (RFC 5214, section 6.1), in any network.
  { prefix: /^.{16}0[02]005efe/, bytes: [[12, 13, 14, 15]] },
];

/** Returns whether nothing may be sent to an address. An IPv6 address that leads to an IPv4 address counts as that one, too. */
export function isRefusedAddress(address: string): boolean {
  if (isIP(address) !== 6) return refused.check(address, 'ipv4');
  const plain = address.replace(/%.*/, '');
  return refused.check(plain, 'ipv6') || carriedBy(plain).some((each) => refused.check(each, 'ipv4'));
}

/** Returns the IPv4 addresses in an IPv6 address. */
function carriedBy(address: string): string[] {
  const hex = hexOf(address);
  const byte = (at: number) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16);
  return carriers
    .filter(({ prefix }) => prefix.test(hex))
    .flatMap(({ bytes, isInverted }) =>
      bytes.map((places) => places.map((at) => byte(at) ^ (isInverted ? 0xff : 0)).join('.')),
    );
}

/** Returns the 32 hexadecimal digits of an IPv6 address. */
function hexOf(address: string): string {
  // The URL parser writes an IPv4 address at the end as two groups.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0');
  return [...first, ...zeros, ...last].map((group) => group.padStart(4, '0')).join('');
}

/**
 * Returns a host as it is looked up: IDN in ASCII, lower case, without brackets and the last dot; an IPv4 address that is
 * written as a number, octal or hexadecimal in its usual form, as getaddrinfo would read it. Null: it is no valid name.
 */
export function canonicalHost(written: string): string | null {
  const plain = written.replace(/^\[|\]$/g, '');
  if (isIP(plain) !== 0) return plain;
  const url = `http://${plain}`;
  if (plain === '' || /[/?#@:\\]/.test(plain) || !URL.canParse(url)) return null;
  return new URL(url).hostname.replace(/\.$/, '');
}
