import { isIPv4, isIPv6 } from 'node:net';

export interface Range {
  family: 4 | 6;
  first: bigint;
  last: bigint;
  prefix: number;
}

/** `10.0.0.0/16` as numbers; undefined when it is none, or has bits set behind its prefix. */
export function parseRange(text: string): Range | undefined {
  const [address = '', length = '', ...more] = text.split('/');
  const family = isIPv4(address) ? 4 : isIPv6(address) ? 6 : undefined;
  if (!family || more.length > 0 || !/^\d{1,3}$/.test(length)) return undefined;
  const bits = family === 4 ? 32 : 128;
  const prefix = Number(length);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const first = toNumber(address);
  return first % size === 0n ? { family, first, last: first + size - 1n, prefix } : undefined;
}

export function toNumber(address: string): bigint {
  if (isIPv4(address)) return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  const [head = '', tail] = address.split('::');
  const left = head.split(':').filter(Boolean);
  const right = (tail ?? '').split(':').filter(Boolean);
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right].reduce((sum, part) => sum * 65536n + BigInt(Number.parseInt(part, 16)), 0n);
}

export function toIpv4(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => String((value >> shift) & 255n)).join('.');
}

export function contains(range: Range, address: string): boolean {
  if (!isIPv4(address) && !isIPv6(address)) return false;
  if (isIPv4(address) !== (range.family === 4)) return false;
  const value = toNumber(address);
  return value >= range.first && value <= range.last;
}

export const within = (outer: Range, inner: Range): boolean =>
  outer.family === inner.family && inner.first >= outer.first && inner.last <= outer.last;

export const overlap = (a: Range, b: Range): boolean => a.family === b.family && a.first <= b.last && b.first <= a.last;

/** The first host address from `from` on (counted from the start of the range) that nobody has. */
export function freeIpv4(range: Range, taken: ReadonlySet<string>, from: bigint): string | undefined {
  for (let value = range.first + from; value < range.last; value += 1n) {
    const address = toIpv4(value);
    if (!taken.has(address)) return address;
  }
  return undefined;
}
