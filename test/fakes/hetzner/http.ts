import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApiError } from './errors.ts';
import type { Json } from './types.ts';

/** What a route answers; without a body it is 204 and has no content type, as Hetzner's DELETE. */
export interface Answer {
  status: number;
  body?: Json;
}

export const ok = (body: Json): Answer => ({ status: 200, body });
export const created = (body: Json): Answer => ({ status: 201, body });
export const gone: Answer = { status: 204 };

export async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The body as an object; nothing is an empty one. */
export function parseBody(text: string): Json {
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Json;
  } catch {}
  throw new ApiError('json_error', 'invalid JSON in request', 400);
}

export function send(res: ServerResponse, { status, body }: Answer, headers: Record<string, string>): void {
  if (res.destroyed) return;
  if (body === undefined) {
    res.writeHead(status, headers).end();
    return;
  }
  const text = JSON.stringify(body);
  const length = String(Buffer.byteLength(text));
  res.writeHead(status, { ...headers, 'content-type': 'application/json', 'content-length': length }).end(text);
}

export function bearerToken(req: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
}
