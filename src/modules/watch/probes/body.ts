import type { IncomingMessage } from 'node:http';
import type { Readable, Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { Failed } from './run.ts';

/** Bytes of a body that are read, and bytes that are kept after decompression. */
const mostBodyBytes = 1024 * 1024;

const decompressors = new Map<string, () => Transform>([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['deflate-raw', createInflateRaw],
  ['br', createBrotliDecompress],
]);

export interface Body {
  text: string;
  /** False: there is more, which was not read. */
  isWhole: boolean;
}

interface Bytes {
  bytes: Buffer;
  isWhole: boolean;
}

/** Reads a response to its end, or to 1 MiB. */
export async function readBytes(response: IncomingMessage): Promise<Bytes> {
  try {
    return await collect(response);
  } catch {
    throw new Failed('response', 'The connection was closed before the body ended.');
  }
}

/** Decompresses and decodes a body. A gzip bomb ends at 1 MiB. @throws Failed */
export async function textOf(raw: Bytes, response: IncomingMessage): Promise<Body> {
  const encoding = (response.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const { bytes, isWhole } = await decompressed(raw, encoding);
  const [, charset = 'utf-8'] = /charset="?([\w.:-]+)/i.exec(response.headers['content-type'] ?? '') ?? [];
  return { text: decoderOf(charset).decode(bytes), isWhole };
}

async function decompressed(raw: Bytes, encoding: string): Promise<Bytes> {
  if (encoding === 'identity' || encoding === '' || raw.bytes.length === 0) return raw;
  // Some servers send deflate without its header (RFC 9110, section 8.4.1.2).
  const isRaw = ((raw.bytes[0] ?? 0) & 0x0f) !== 8;
  const decoder = decompressors.get(encoding === 'deflate' && isRaw ? 'deflate-raw' : encoding)?.();
  if (decoder === undefined)
    throw new Failed('response', `The body has an encoding that is not supported: ${encoding.slice(0, 40)}.`);
  decoder.end(raw.bytes);
  const parts: Buffer[] = [];
  try {
    const { isWhole } = await collect(decoder, parts);
    return { bytes: Buffer.concat(parts), isWhole };
  } catch {
    // The end of a body that is cut is missing.
    if (!raw.isWhole) return { bytes: Buffer.concat(parts), isWhole: false };
    throw new Failed('response', `The body is no valid ${encoding}.`);
  }
}

async function collect(stream: Readable, parts: Buffer[] = []): Promise<Bytes> {
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    parts.push(chunk.subarray(0, mostBodyBytes - length));
    length += chunk.length;
    if (length > mostBodyBytes) return { bytes: Buffer.concat(parts), isWhole: false };
  }
  return { bytes: Buffer.concat(parts), isWhole: true };
}

function decoderOf(charset: string) {
  try {
    return new TextDecoder(charset);
  } catch {
    return new TextDecoder();
  }
}
