import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Json } from './types.ts';

/** One request, read to its end, and the place to answer it. */
export interface Exchange {
  req: IncomingMessage;
  res: ServerResponse;
  url: URL;
  body: Buffer;
  /** The address the client used, so that URLs in answers work from where it runs. */
  baseUrl: string;
}

export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export async function readExchange(req: IncomingMessage, res: ServerResponse): Promise<Exchange> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const baseUrl = `http://${req.headers.host ?? 'localhost'}`;
  return { req, res, url: new URL(req.url ?? '/', baseUrl), body: Buffer.concat(chunks), baseUrl };
}

export function jsonReply(body: unknown, status = 200, headers: Record<string, string> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

export function htmlReply(title: string, status = 200): Reply {
  const body = `<!DOCTYPE html><html><head><title>${title}</title></head><body>${title}</body></html>\n`;
  return { status, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
}

export function send(res: ServerResponse, reply: Reply): void {
  if (res.destroyed) return;
  res.writeHead(reply.status, { ...reply.headers, 'content-length': String(Buffer.byteLength(reply.body)) });
  res.end(reply.body);
}

export function bearerToken(req: IncomingMessage): string | undefined {
  return /^Bearer\s+(\S+)$/i.exec(req.headers.authorization ?? '')?.[1];
}

/** The arguments of a Web API call, whichever of the encodings Slack takes was used. */
export async function readArgs({ req, url, body }: Exchange): Promise<Json> {
  const type = req.headers['content-type'] ?? '';
  const query = Object.fromEntries(url.searchParams);
  if (body.length === 0) return query;
  if (type.startsWith('application/json')) return { ...query, ...(JSON.parse(body.toString('utf8')) as Json) };
  if (type.startsWith('multipart/form-data')) return { ...query, ...(await readForm(type, body)) };
  return { ...query, ...Object.fromEntries(new URLSearchParams(body.toString('utf8'))) };
}

/** Text fields as strings, file parts as Buffers. */
export async function readForm(type: string, body: Buffer): Promise<Json> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const fields: Json = {};
  for (const [name, value] of form) {
    fields[name] = typeof value === 'string' ? value : Buffer.from(await value.arrayBuffer());
  }
  return fields;
}
