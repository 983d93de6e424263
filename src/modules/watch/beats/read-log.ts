import type { FastifyRequest } from 'fastify';

/** Longest log that is kept, bytes. */
const mostLogBytes = 10_000;

/** Reads a body of any type and length, and keeps its end as text. */
export async function readLog(_request: FastifyRequest, body: AsyncIterable<Buffer>): Promise<string> {
  let end = Buffer.alloc(0);
  for await (const chunk of body) end = endOf(end, chunk);
  return textOf(end);
}

/** Returns the end of `before` and `chunk`, as much as a log may have. */
export function endOf(before: Buffer, chunk: Buffer): Buffer<ArrayBuffer> {
  return Buffer.from(Buffer.concat([before, chunk.subarray(-mostLogBytes)]).subarray(-mostLogBytes));
}

/** Returns such an end as text. Bytes that are not UTF-8, and NUL, become U+FFFD. */
export function textOf(end: Buffer): string {
  let start = 0;
  // Leaves out the rest of a character that the cut has split: at most three bytes 10xxxxxx.
  if (end.length === mostLogBytes) while (start < 3 && ((end[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return end.subarray(start).toString('utf8').replaceAll('\0', '\ufffd');
}
