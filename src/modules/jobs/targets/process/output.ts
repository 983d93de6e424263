import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { OutputSink } from '../../target.ts';

/** Bytes of the output that are in memory at once. */
const pieceBytes = 65_536;

/**
 * Hands over the output from byte `from` to byte `to`. Resolves with the next byte to read. Letters of several bytes stay whole: the
 * first bytes of one are left for the next call, unless the output has ended.
 */
export async function handOver(
  file: string,
  { from, to, ended }: { from: number; to: number; ended: boolean },
  output: OutputSink,
  signal: AbortSignal,
): Promise<number> {
  if (from >= to) return from;
  const handle = await open(file, constants.O_RDONLY);
  try {
    let at = from;
    while (at < to) {
      signal.throwIfAborted();
      const bytes = await read(handle, at, Math.min(pieceBytes, to - at));
      const isLast = ended && at + bytes.length >= to;
      const whole = isLast ? bytes.length : bytes.length - startedLetter(bytes);
      if (whole === 0) break;
      at += whole;
      await output.write(bytes.toString('utf8', 0, whole), String(at));
    }
    return at;
  } finally {
    await handle.close();
  }
}

async function read(handle: FileHandle, at: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, at);
  return buffer.subarray(0, bytesRead);
}

/** Number of bytes at the end that begin a letter of UTF-8 which goes on after them. */
function startedLetter(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}
