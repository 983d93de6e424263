import assert from 'node:assert/strict';
import type { FakeHetzner, FakeHetznerOptions, Json } from './index.ts';
import { startFakeHetzner } from './index.ts';

export const token = 't'.repeat(64);
export const publicKey = (seed: string) =>
  `ssh-ed25519 ${Buffer.from(`\0\0\0\x0bssh-ed25519\0\0\0 ${seed.padEnd(32, '.')}`).toString('base64')} ${seed}@test`;

export interface Reply {
  status: number;
  headers: Headers;
  /** Empty when there is no body. */
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads into answers of every shape
  body: any;
}

export type Client = ReturnType<typeof clientOf>;

/** Requests as a client of the API sends them; `seen` is called with every answer. */
export function clientOf(fake: FakeHetzner, seen: (line: string, reply: Reply) => void = () => undefined) {
  async function request(method: string, path: string, body?: Json, bearer = token): Promise<Reply> {
    const response = await fetch(`${fake.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const { status, headers } = response;
    const reply = { status, headers, text, body: text === '' ? undefined : JSON.parse(text) };
    seen(`${method} ${path}`, reply);
    return reply;
  }

  /** The status must be this one; answers the body. */
  async function must(status: number, method: string, path: string, body?: Json) {
    const reply = await request(method, path, body);
    assert.equal(reply.status, status, `${method} ${path}: ${reply.text}`);
    return reply.body;
  }

  return {
    request,
    get: (path: string) => must(200, 'GET', path),
    post: (path: string, body: Json = {}) => must(201, 'POST', path, body),
    put: (path: string, body: Json) => must(200, 'PUT', path, body),
    remove: (path: string) => must(204, 'DELETE', path),
    /** The code of the refusal and the fields it names. */
    async refusal(
      method: string,
      path: string,
      body?: Json,
    ): Promise<{ status: number; code: string; fields: string[] }> {
      const reply = await request(method, path, body);
      assert.ok(reply.status >= 400, `${method} ${path} was not refused: ${reply.status}`);
      const { code, details } = reply.body.error;
      return {
        status: reply.status,
        code,
        fields: (details?.fields ?? []).map((field: { name: string }) => field.name),
      };
    },
    /** Polls as a client does until none of these runs; answers the last look at them. */
    async finish(...actions: { id: number }[]) {
      for (let look = 0; look < 20; look += 1) {
        const query = actions.map(({ id }) => `id=${id}`).join('&');
        const found = (await must(200, 'GET', `/actions?${query}`)).actions as { status: string }[];
        if (found.every(({ status }) => status !== 'running')) return found;
      }
      throw new Error(`actions ${actions.map(({ id }) => id)} still run`);
    },
  };
}

export async function withHetzner(
  options: Partial<FakeHetznerOptions>,
  use: (client: Client, fake: FakeHetzner) => Promise<void>,
): Promise<void> {
  const fake = await startFakeHetzner({ token, actionPolls: 0, ...options });
  try {
    await use(clientOf(fake), fake);
  } finally {
    await fake.stop();
  }
}

export const serverInput = (more: Json = {}): Json => ({
  name: 'ultronex',
  server_type: 'cpx12',
  image: 'debian-13',
  location: 'fsn1',
  ...more,
});
