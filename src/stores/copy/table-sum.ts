import { createHash } from 'node:crypto';
import type { CopiedRow, CopiedValue } from './ends.ts';

/** The number of rows of a table and a hash of their content, which does not depend on their order. */
export interface TableSum {
  rows: number;
  /** 16 hexadecimal digits. */
  hash: string;
}

const words = 8;
const shownDigits = 16;

/** Adds rows up: the SHA-256 of each row is added to the others', in eight words of 32 bits. */
export function createTableSum(): { add(row: CopiedRow): void; value(): TableSum } {
  const sums = new Uint32Array(words);
  let rows = 0;
  return {
    add(row) {
      const digest = createHash('sha256').update(row.map(written).join('')).digest();
      for (let index = 0; index < words; index += 1) {
        sums[index] = (sums[index] as number) + digest.readUInt32LE(index * 4);
      }
      rows += 1;
    },
    value: () => ({ rows, hash: createHash('sha256').update(sums).digest('hex').slice(0, shownDigits) }),
  };
}

/** Different values of a row are never written the same: each has its kind and its length. */
function written(value: CopiedValue): string {
  if (value === null) return '-';
  if (typeof value === 'string') return `s${value.length}:${value}`;
  if (typeof value === 'number') return `n${value};`;
  return `b${createHash('sha256').update(value).digest('hex')}`;
}
