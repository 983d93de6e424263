const factorOf: Record<string, number> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };

/** Parses Docker's `320m` or Go's `280MiB` to bytes; both use powers of two. */
export function memoryBytes(written: string): number {
  const [, digits = '0', unit = ''] = /^(\d+)([a-z]?)/i.exec(written) ?? [];
  return Number(digits) * (factorOf[unit.toLowerCase()] ?? 1);
}
