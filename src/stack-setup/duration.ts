const hoursOf: Record<string, number> = { y: 8_760, w: 168, d: 24, h: 1, m: 1 / 60, s: 1 / 3_600 };

/** Parses a duration of Prometheus or Loki, such as `14d`, `336h` or `1d12h`, to hours; null for anything else. */
export function durationHours(written: string): number | null {
  const match = /^(?=\d)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?$/.exec(written);
  if (match === null) return null;
  return match
    .slice(1)
    .filter((part) => part !== undefined)
    .reduce((sum, part) => sum + Number.parseInt(part, 10) * (hoursOf[part.slice(-1)] ?? 0), 0);
}
