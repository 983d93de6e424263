import type { IncomingMessage } from 'node:http';
import { Refused } from './refused.ts';

const mostBytes = 65_536;

/** Reads a JSON body as text, at most 64 KiB, whether its length is announced or not. @throws Refused */
export async function readBody(request: IncomingMessage): Promise<string> {
  const { 'content-type': type = '', 'content-encoding': encoding } = request.headers;
  if (!/^application\/json(; ?charset=utf-8)?$/i.test(type) || encoding !== undefined) {
    throw new Refused(415, 'not_json', 'Send the header content-type: application/json, without content-encoding.');
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new Refused(413, 'too_large', `The body is larger than ${mostBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new Refused(422, 'invalid', 'The body is not UTF-8.');
  }
}
