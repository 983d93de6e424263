import { hash, timingSafeEqual } from 'node:crypto';

/** Compares secrets or signatures in constant time, also when their lengths differ. */
export function isSameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'));
}
