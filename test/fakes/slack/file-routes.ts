import type { Exchange } from './http.ts';
import { bearerToken, htmlReply, readForm } from './http.ts';
import type { Serving } from './serve.ts';
import type { World } from './world.ts';

/** The bytes of files: POST to an upload URL, GET of a private download. */
export function createFileRoutes(world: World, serve: (exchange: Exchange, serving: Serving) => Promise<void>) {
  /** Takes the raw body or the first file of a form. A wrong length is refused (our choice: 400). */
  async function upload(exchange: Exchange, id: string): Promise<void> {
    const type = exchange.req.headers['content-type'] ?? '';
    const form = type.startsWith('multipart/form-data') ? await readForm(type, exchange.body) : undefined;
    const part = form ? Object.values(form).find((value) => Buffer.isBuffer(value)) : exchange.body;
    const bytes = part instanceof Buffer ? part : Buffer.alloc(0);
    const file = world.files.find((one) => one.id === id);
    const work = () => {
      const plain = { 'content-type': 'text/plain' };
      if (!file || file.complete) return { status: 404, headers: plain, body: 'no such upload' };
      if (bytes.length !== file.size) {
        return { status: 400, headers: plain, body: `expected ${file.size} bytes, got ${bytes.length}` };
      }
      file.content = bytes;
      return { status: 200, headers: plain, body: `OK - ${bytes.length}` };
    };
    const args = { file: id, length: bytes.length };
    const team = world.teams.find((one) => one.id === file?.team);
    await serve(exchange, { method: 'upload', token: bearerToken(exchange.req), team, args, work });
  }

  /** Without a good token Slack answers 200 with its login page, not an error. */
  async function download(exchange: Exchange, place: string): Promise<void> {
    const token = bearerToken(exchange.req);
    const team = world.teams.find((one) => one.botToken === token);
    const [teamId, fileId] = place.split('-');
    const work = () => {
      const trusted = team?.id === teamId && team?.tokenState === 'ok' && team?.scopes.includes('files:read');
      if (!trusted) return htmlReply('Sign in to Slack');
      const file = world.files.find((one) => one.id === fileId && one.team === teamId && one.complete);
      if (!file?.content) return htmlReply('File not found', 404);
      return { status: 200, headers: { 'content-type': file.mimetype }, body: file.content };
    };
    await serve(exchange, { method: 'download', token, team, args: { file: fileId }, work });
  }

  return { upload, download };
}
