import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';

/** Names the kind of a directory entry: `a directory`, `a FIFO`; null for a regular file. */
function kindOf(stats: Pick<Stats, 'isFile' | 'isDirectory' | 'isFIFO' | 'isSocket'>): string | null {
  if (stats.isFile()) return null;
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a FIFO';
  return stats.isSocket() ? 'a socket' : 'a device';
}

/** Returns `kindOf` of the target of a path; null for a regular file, and when there is none. */
export function kindOfEntry(file: string): string | null {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? null : kindOf(stats);
}

/** Reads up to `limit` bytes of a regular file. Does not block on a FIFO or device. @throws NotRegular, or an error of open */
export function readRegular(file: string, limit: number): Buffer {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const kind = kindOf(fstatSync(handle));
    if (kind !== null) throw new NotRegular(file, kind);
    const bytes = Buffer.alloc(limit);
    let size = 0;
    for (let got = 1; got > 0 && size < limit; size += got) got = readSync(handle, bytes, size, limit - size, size);
    return bytes.subarray(0, size);
  } finally {
    closeSync(handle);
  }
}

export class NotRegular extends Error {
  readonly code = 'ERR_NOT_REGULAR';
  readonly kind: string;
  constructor(file: string, kind: string) {
    super(`${file} is ${kind}, not a file`);
    this.kind = kind;
  }
}
