import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** What the pages of `dist/web` need from a server, in memory, to work on them without the program: `npx tsx test/fakes/pages-server.ts`. */
export interface PagesServer {
  url: string;
  username: string;
  password: string;
  stop(): Promise<void>;
}

type Fields = Record<string, unknown>;
interface Asked {
  path: string;
  query: URLSearchParams;
  body: Fields;
  raw: Buffer;
}
type Answer = [status: number, body: unknown];

const policy =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
const pages: Record<string, string> = {
  '': 'index',
  simulator: 'simulator',
  stream: 'stream',
  ledger: 'ledger',
  tracked: 'tracked',
};
const types: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };
const open = /^(|simulator.*|status|bot|assets\/.*)$/;
const now = () => new Date().toISOString();

function createWorkspace() {
  const users = ['ada', 'ben', 'cleo'].map((name, at) => ({ id: `U${at + 1}`, name }));
  const channels: Fields[] = ['general', 'ops', 'random'].map((name, at) => ({
    id: `C${at + 1}`,
    name,
    kind: 'channel',
  }));
  const im = (user: { id: string }) => ({ id: `D${user.id}`, name: 'ultronex', kind: 'im', user: user.id });
  channels.push(...users.map(im));
  const messages: Fields[] = [];
  const files = new Map<string, { name: string; bytes: Buffer }>();
  const deliveries: Fields[] = [];
  const live: Fields[] = [];
  let subscriptions: { id: string; pattern: string; user: string; channel: string | null; createdAt: string }[] = [];
  const readers = new Map<ServerResponse, string>();
  let clock = Date.now() * 1000;

  const say = (stream: string, event: string, data: unknown, id = '') => {
    for (const [reader, name] of readers) {
      if (name === stream) reader.write(`${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  };
  const post = (fields: Fields) => {
    clock = Math.max(clock + 1, Date.now() * 1000);
    const ts = `${Math.floor(clock / 1e6)}.${String(clock % 1e6).padStart(6, '0')}`;
    const blank = { threadTs: null, edited: false, ephemeralTo: null, files: [], buttons: [] };
    const message = { ts, ...blank, ...fields };
    messages.push(message);
    say('simulator', 'message', message);
    return message;
  };
  const addLive = (level: string, what: string, d: Fields) => {
    const event = {
      id: live.length + 1,
      at: Date.now(),
      level,
      what,
      channel: d.channel,
      text: d.text,
      deliveryId: d.id,
      trace: d.trace,
    };
    live.push(event);
    say('live', 'live', event, `run-${event.id}`);
  };
  const deliver = (channel: string, text: string, title: string | null, source: string) => {
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const times = { createdAt: now(), updatedAt: now(), expiresAt };
    const none = { threadTs: null, slack: null, error: null, mergedInto: null, mergedCount: 0, pending: null };
    const d: Fields = {
      id: randomUUID(),
      state: 'queued',
      channel,
      text,
      title,
      source,
      trace: randomUUID().slice(0, 8),
    };
    Object.assign(d, none, times, { attempts: 0, attachments: title ? [title] : [] });
    deliveries.unshift(d);
    setTimeout(() => attempt(d), 30);
    return d;
  };
  const attempt = (d: Fields) => {
    if (d.state !== 'queued') return;
    const to = channels.find((c) => c.id === d.channel || `#${c.name}` === d.channel);
    Object.assign(d, { attempts: Number(d.attempts) + 1, updatedAt: now() });
    if (!to) {
      Object.assign(d, { state: 'failed', error: 'channel_not_found' });
      return addLive('danger', 'failed', d);
    }
    const { ts } = post({ channel: to.id, user: 'UBOT', text: d.text });
    Object.assign(d, { state: 'sent', slack: { channel: to.id, ts, permalink: null } });
    addLive('success', 'sent', d);
  };
  const compile = (pattern: string): RegExp | string => {
    if (/\(\?[=!<]|\\\d/.test(pattern))
      return `pattern "${pattern}": look-around and back-references cannot run in linear time`;
    try {
      return new RegExp(pattern, 'gi');
    } catch (error) {
      return `pattern "${pattern}": ${(error as Error).message}`;
    }
  };
  const subscribe = (pattern: string, user: string, channel: string | null) => {
    const added = { id: randomUUID(), pattern, user, channel, createdAt: now() };
    subscriptions.push(added);
    return added;
  };
  const command = (user: string, line: string): string => {
    const [, name, rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    const held = subscriptions.filter((s) => s.user === user).map((s) => s.pattern);
    if (name === 'help')
      return '*I know these:*\n`forward <pattern> [in #channel]` I send you every message that matches\n`stop <pattern>`, `track`, `quote`';
    if (name === 'track') return held.length ? held.map((p) => `\`${p}\``).join('\n') : 'You track nothing.';
    if (name === 'quote') return '_Good work is quiet. It lets the result do the talking._';
    if (name === 'stop') {
      subscriptions = subscriptions.filter((s) => s.user !== user || (rest && s.pattern !== rest));
      return 'Stopped.';
    }
    if (name !== 'forward') return 'I do not know that. Say `help`.';
    const compiled = compile(rest);
    if (typeof compiled === 'string') return compiled;
    subscribe(rest, user, null);
    return `You will get every message that matches \`${rest}\`.`;
  };
  const heard = (m: Fields) => {
    const text = String(m.text).replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
    const asIm = String(m.channel).startsWith('D');
    const mention = /^<@UBOT>\s*(.*)$/s.exec(text);
    if (asIm || mention) {
      const reply = command(String(m.user), mention?.[1] ?? text);
      const buttons = text.startsWith('forward ') ? [{ label: 'Stop', value: `stop ${text.slice(8)}` }] : [];
      setTimeout(() => post({ channel: m.channel, user: 'UBOT', text: reply, threadTs: m.threadTs, buttons }), 40);
    } else {
      for (const s of subscriptions.filter((one) => one.user !== m.user)) {
        const found = compile(s.pattern);
        if (typeof found !== 'string' && found.test(text))
          deliver(`D${s.user}`, `<@${m.user}> in <#${m.channel}>: ${m.text}`, null, 'forward');
      }
    }
  };

  const whisper = (b: Fields, line: unknown): Answer => {
    const reply = command(String(b.user), String(line));
    post({ channel: b.channel, user: 'UBOT', text: reply, ephemeralTo: b.user });
    return [200, { reply }];
  };
  const one = (path: string, run: (d: Fields) => Answer): Answer => {
    const d = deliveries.find((each) => each.id === path.split('/')[1]);
    return d ? run(d) : [404, { msg: 'There is no such message.' }];
  };
  const routes: [pattern: RegExp, run: (asked: Asked) => Answer][] = [
    [/^GET status$/, () => [200, { version: '0.1.0', startedAt, simulator: true, parts }]],
    [/^GET simulator\/state$/, () => [200, { bot: { id: 'UBOT', name: 'ultronex' }, users, channels, messages }]],
    [
      /^POST simulator\/messages$/,
      ({ body }) => {
        const wanted = (body.files ?? []) as string[];
        const m = post({
          channel: body.channel,
          user: body.user,
          text: body.text,
          threadTs: body.threadTs ?? null,
          files: wanted.map((id) => ({
            id,
            name: files.get(id)?.name,
            mimetype: 'text/plain',
            size: files.get(id)?.bytes.length,
          })),
        });
        heard(m);
        return [201, m];
      },
    ],
    [/^POST simulator\/commands$/, ({ body }) => whisper(body, body.text)],
    [/^POST simulator\/actions$/, ({ body }) => whisper(body, body.value)],
    [
      /^POST simulator\/files$/,
      ({ query, raw }) => {
        const id = `F${files.size + 1}`;
        files.set(id, { name: query.get('name') ?? 'file', bytes: raw });
        return [201, { id }];
      },
    ],
    [/^GET simulator\/files\//, ({ path }) => [200, files.get(path.split('/')[2] ?? '')?.bytes]],
    [
      /^POST simulator\/users$/,
      ({ body }) => {
        const user = { id: `U${users.length + 1}`, name: String(body.name) };
        users.push(user);
        channels.push(im(user));
        return [201, user];
      },
    ],
    [
      /^POST simulator\/channels$/,
      ({ body }) => {
        const channel = { id: `C${channels.length + 1}`, name: String(body.name), kind: 'channel' };
        channels.push(channel);
        say('simulator', 'channel', channel);
        return [201, channel];
      },
    ],
    [
      /^POST slack$/,
      ({ body }) => {
        const { channel, text, title } = body.msg as Record<string, string>;
        const { id } = deliver(channel ?? '', text ?? '', title ?? null, 'api');
        return [200, { id, msg: { channel, text, title }, status: 'triggered' }];
      },
    ],
    [
      /^GET messages$/,
      ({ query }) => {
        const has = (name: string, field: string) => (d: Fields) => !query.get(name) || d[field] === query.get(name);
        const q = query.get('q')?.toLowerCase() ?? '';
        const from = Number(query.get('cursor') ?? 0);
        const limit = Number(query.get('limit') ?? 50);
        const found = deliveries
          .filter(has('state', 'state'))
          .filter(has('channel', 'channel'))
          .filter(has('mergedInto', 'mergedInto'))
          .filter((d) => String(d.text).toLowerCase().includes(q));
        return [
          200,
          {
            messages: found.slice(from, from + limit),
            next: found.length > from + limit ? String(from + limit) : null,
          },
        ];
      },
    ],
    [/^GET messages\/[^/]+$/, ({ path }) => one(path, (d) => [200, d])],
    [/^PATCH messages\/[^/]+$/, ({ path, body }) => one(path, (d) => [200, Object.assign(d, { text: body.text })])],
    [
      /^DELETE messages\/[^/]+$/,
      ({ path }) =>
        one(path, (d) => {
          if (d.state === 'failed') return [409, { msg: 'It failed, so there is nothing to withdraw.' }];
          Object.assign(d, { pending: 'delete' });
          setTimeout(() => {
            Object.assign(d, { state: 'withdrawn', pending: null, updatedAt: now() });
            addLive('success', 'withdrawn', d);
          }, 50);
          return [202, d];
        }),
    ],
    [
      /^POST messages\/[^/]+\/retry$/,
      ({ path }) =>
        one(path, (d) => {
          if (d.state !== 'failed' && d.state !== 'expired')
            return [409, { msg: `It is ${String(d.state)}; only failed or expired ones go again.` }];
          Object.assign(d, { state: 'queued' });
          setTimeout(() => attempt(d), 100);
          return [202, d];
        }),
    ],
    [/^GET track$/, () => [200, { subscriptions }]],
    [
      /^POST track$/,
      ({ body }) => {
        const compiled = compile(String(body.pattern));
        if (typeof compiled === 'string') return [422, { msg: compiled, field: 'pattern' }];
        return [201, subscribe(String(body.pattern), String(body.user), (body.channel as string) ?? null)];
      },
    ],
    [
      /^POST track\/test$/,
      ({ body }) => {
        const compiled = compile(String(body.pattern));
        if (typeof compiled === 'string') return [422, { msg: compiled }];
        const spans = [...String(body.sample).matchAll(compiled)].map((m) => [m.index, m.index + m[0].length]);
        return [200, { matches: spans.length > 0, spans }];
      },
    ],
    [
      /^DELETE track\//,
      ({ path }) => {
        subscriptions = subscriptions.filter((s) => s.id !== path.split('/')[1]);
        return [200, { msg: 'Stopped.' }];
      },
    ],
  ];
  const startedAt = now();
  const parts = [
    { name: 'store', state: 'ok', detail: 'SQLite, written 2 s ago' },
    { name: 'simulator', state: 'ok', detail: 'No Slack is configured: the workspace is in the browser' },
    { name: 'outbox', state: 'degraded', detail: '1 channel waits for Slack, 12 s' },
  ];
  function listen(name: 'live' | 'simulator', response: ServerResponse) {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
    readers.set(response, name);
    response.on('close', () => readers.delete(response));
    if (name === 'live')
      for (const e of live.slice(-500)) response.write(`id: run-${e.id}\nevent: live\ndata: ${JSON.stringify(e)}\n\n`);
  }
  return { routes, listen, deliver, deliveries, addLive, subscribe, post };
}

/** Puts one of everything there is into the workspace, for people to look at. */
function addSamples({ deliver, deliveries, addLive, subscribe, post }: ReturnType<typeof createWorkspace>) {
  subscribe('error|timeout', 'U1', null);
  subscribe('error|timeout', 'U2', 'C2');
  subscribe('\\bstark\\b', 'U3', null);
  post({
    channel: 'C1',
    user: 'U2',
    text: 'Morning! *Release 1.4.2* is on its way, see <https://example.com/r|the notes>.',
  });
  post({
    channel: 'C1',
    user: 'U2',
    text: '```\nnpm run build\nok in 812 ms\n```\n&gt; and nobody noticed',
    edited: true,
  });
  post({ channel: 'C1', user: 'U3', text: '<@U1> thanks, `~/.config` was it :tada:' });
  const texts = [
    '*Backup* done in 41 s',
    'Disk /var at 81 %',
    'certificate renews in 12 days',
    'Deployed 1.4.2 to production',
  ];
  for (let n = 0; n < 56; n++)
    deliver(
      n % 9 === 4 ? '#retired' : n % 2 ? '#ops' : '#general',
      `${texts[n % 4]} (${n})`,
      null,
      n % 3 ? 'api' : 'forward',
    );
  setTimeout(() => {
    const [a, b, c, d] = deliveries as [Fields, Fields, Fields, Fields];
    Object.assign(a, { state: 'expired', error: 'ratelimited' });
    Object.assign(b, {
      mergedCount: 2,
      slack: { channel: 'C2', ts: '1.2', permalink: 'https://example.slack.com/archives/C2/p12' },
    });
    Object.assign(c, { state: 'merged', mergedInto: b.id });
    Object.assign(d, { state: 'merged', mergedInto: b.id });
    addLive('warning', 'expired', a);
    addLive('warning', 'merged', c);
    addLive('danger', 'slack-error', { channel: '#ops', text: 'ratelimited: retry in 30 s', id: null, trace: null });
  }, 150);
}

export async function startPagesServer({ port = 0, webRoot = 'dist/web', samples = false } = {}): Promise<PagesServer> {
  const workspace = createWorkspace();
  if (samples) addSamples(workspace);
  const [username, password] = ['ultron', 'vibranium'];
  const login = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url ?? '/', 'http://local');
    const path = url.pathname.replace(/^\/ultronex\/?/, '');
    if (!open.test(path) && request.headers.authorization !== login) {
      return response.writeHead(401, { 'www-authenticate': 'Basic realm="ultronex"' }).end('{"msg":"Unauthorized"}');
    }
    if (request.method === 'GET') {
      const page = pages[path];
      const file = page === undefined ? (path.startsWith('assets/') ? path : null) : `${page}.html`;
      if (file) {
        const type = page === undefined ? types[file.split('.').at(-1) ?? ''] : 'text/html; charset=utf-8';
        return response
          .writeHead(200, { 'content-type': type, 'content-security-policy': policy })
          .end(await readFile(join(webRoot, file)));
      }
      if (path === 'events') return workspace.listen('live', response);
      if (path === 'simulator/events') return workspace.listen('simulator', response);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const body = request.headers['content-type'] === 'application/json' ? JSON.parse(raw.toString()) : {};
    const route = workspace.routes.find(([pattern]) => pattern.test(`${request.method} ${path}`));
    const [status, result] = route ? route[1]({ path, query: url.searchParams, body, raw }) : [404, { msg: 'Abyss' }];
    const type = Buffer.isBuffer(result) ? 'application/octet-stream' : 'application/json';
    response.writeHead(status, { 'content-type': type }).end(Buffer.isBuffer(result) ? result : JSON.stringify(result));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(500).end(JSON.stringify({ msg: String(error) })));
  });
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    username,
    password,
    stop: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

if (process.argv[1]?.endsWith('pages-server.ts')) {
  const { url, username, password } = await startPagesServer({ port: 8099, samples: true });
  console.log(`${url}/ultronex/  ${username}:${password}`);
}
