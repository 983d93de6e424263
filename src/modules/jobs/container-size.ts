/** Containers are small unless somebody says otherwise. */
export const usualSize = { memoryMb: 256, cpus: 0.5 };
const memoryMb = { least: 16, most: 65_536 };

/** Names the form of a size of memory, at the end of an error message. */
export const memoryForm = 'a size from 16MB to 64GB, such as 512MB or 1GB';

/** Reads `512MB`, `1GB`. Returns MiB; null for anything else. */
export function readMemory(written: string): number | null {
  const [, digits, giga] = /^(\d{1,5}) ?(?:(G)i?B|Mi?B)$/.exec(written) ?? [];
  return digits === undefined ? null : memoryOf(Number(digits) * (giga === undefined ? 1 : 1_024));
}

/** Returns whole MiB that a container may have; null for another number. */
export function memoryOf(mb: number): number | null {
  return Number.isInteger(mb) && mb >= memoryMb.least && mb <= memoryMb.most ? mb : null;
}
