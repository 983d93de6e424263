/** Parses Docker's time `2026-01-02T03:04:05.123456789Z` to nanoseconds since the epoch, 0 if invalid; Date has milliseconds only. */
export function nanoseconds(time: string): bigint {
  const [, second = '', fraction = '', zone = 'Z'] = /^(.{19})(?:\.(\d+))?(.*)$/.exec(time) ?? [];
  const ms = Date.parse(`${second}${zone}`);
  return Number.isNaN(ms) ? 0n : BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0').slice(0, 9));
}

/** Formats nanoseconds for Docker's parameter `since`: seconds, with nanoseconds after the point. */
export function inSeconds(nanoseconds: bigint): string {
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}
