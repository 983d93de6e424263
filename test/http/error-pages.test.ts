import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { after, test } from 'node:test';
import Fastify from 'fastify';
import { StoreUnavailable } from '../../src/domain/errors.ts';
import { setErrorHandling } from '../../src/http/errors.ts';
import { wantsPage } from '../../src/http/problems.ts';
import { authorization, startApi } from './support.ts';

const api = await startApi({ after });
const { port } = new URL(api.origin);
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';
const program = 'application/json';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function ask(method: string, path: string, headers: Record<string, string>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text }));
    });
    sent.on('error', reject).end();
  });
}

function isOurPage({ status, headers, text }: Answer, title: string): void {
  assert.match(headers['content-type'] as string, /^text\/html/, String(status));
  assert.match(text, /<title>[^<]+ · Ultronex<\/title>/);
  assert.ok(text.includes(`<h1>${title}</h1>`), `${title}: ${/<h1>.*<\/h1>/.exec(text)}`);
  assert.match(text, /name="viewport"/);
  assert.match(text, /<small>Status \d+<\/small>/);
  assert.match(headers['content-security-policy'] as string, /default-src 'self'.*frame-ancestors 'none'/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.doesNotMatch(text, /https?:|<script(?![^>]*\bsrc="\/ultronex\/assets\/)/, 'it loads nothing from elsewhere');
}

const cases: [status: number, title: string, method: string, path: string, headers: Record<string, string>][] = [
  [400, 'This address cannot be read', 'GET', '/ultronex/%', {}],
  [401, 'This page needs the login', 'GET', '/ultronex/ledger', {}],
  [401, 'This page needs the login', 'GET', '/ultronex/docs', { authorization: 'Basic eDp5' }],
  [403, 'This is refused', 'POST', '/ultronex/slack', { authorization, 'sec-fetch-site': 'cross-site' }],
  [404, 'You have entered an Abyss', 'GET', '/ultronex/nowhere', {}],
  [404, 'You have entered an Abyss', 'GET', '/ultronex/messages/none', { authorization }],
  [405, 'This address does not take that', 'GET', '/ultronex/slack', { authorization }],
  [421, 'This server is not known by that name', 'GET', '/ultronex/', { host: 'rebound.example.com' }],
  [422, 'This request is not taken', 'GET', '/ultronex/messages?state=odd', { authorization }],
];
for (const [status, title, method, path, headers] of cases) {
  test(`${status} of ${method} ${path} is a page for a browser and JSON for a program`, async () => {
    const page = await ask(method, path, { ...headers, accept: browser });
    assert.equal(page.status, status);
    isOurPage(page, title);
    for (const accept of [program, '*/*', 'application/json, text/plain, */*']) {
      const answer = await ask(method, path, { ...headers, accept });
      assert.equal(answer.status, status);
      assert.equal(typeof JSON.parse(answer.text).msg, 'string');
    }
  });
}

test('401 still asks the browser for the login, and its page says where the password is', async () => {
  const { headers, text } = await ask('GET', '/ultronex/tracked', { accept: browser });
  assert.match(headers['www-authenticate'] as string, /^Basic realm="Ultronex"/);
  assert.match(text, /<code>BASIC_AUTH_PASSWORD<\/code>/);
  assert.match(text, /<code>data\/password<\/code>/);
});

test('429 keeps its Retry-After beside the page', async () => {
  let last: Answer | null = null;
  for (let asked = 0; asked < 70; asked++) last = await ask('GET', '/ultronex/bot', { accept: browser });
  assert.equal(last?.status, 429);
  isOurPage(last, 'Too many requests');
  assert.ok(Number(last.headers['retry-after']) > 0);
});

test('500 and 503 are pages: the first does not show the error, the second reloads itself', async (t) => {
  const app = Fastify();
  t.after(() => app.close());
  setErrorHandling(app, { log: { error() {} } as never, quote: () => '' });
  app.get('/broken', () => {
    throw new Error('secret detail');
  });
  app.get('/full', () => {
    throw new StoreUnavailable('The disk is full.');
  });
  const get = async (url: string): Promise<Answer> => {
    const { statusCode, headers, payload } = await app.inject({ url, headers: { accept: browser } });
    return { status: statusCode, headers: headers as IncomingHttpHeaders, text: payload };
  };
  const broken = await get('/broken');
  assert.equal(broken.status, 500);
  isOurPage(broken, 'Something went wrong');
  assert.doesNotMatch(broken.text, /secret/);
  const full = await get('/full');
  assert.equal(full.status, 503);
  isOurPage(full, 'Back in a moment');
  assert.match(full.text, /The disk is full\..*http-equiv="refresh"|http-equiv="refresh".*The disk is full\./s);
});

test('markup in a message is shown as text', async () => {
  const { text } = await ask('GET', '/ultronex/', { accept: browser, host: '<img src=x>' });
  assert.doesNotMatch(text, /<img/);
  const { text: named } = await ask('GET', '/ultronex/messages/%3Cimg%20src=x%3E', { accept: browser, authorization });
  assert.match(named, /&#60;img src=x&#62;/);
});

test('the page of an address that another program serves names that program', async () => {
  for (const [path, words] of [
    ['/grafana/', /Grafana belongs to the stack.*docker compose up -d/],
    ['/slack/events', /SLACK_SIGNING_SECRET/],
  ] as const) {
    assert.match((await ask('GET', path, { accept: browser })).text, words);
  }
});

test('only clients that accept text/html and not JSON get a page', () => {
  const wanted = [browser, 'text/html', 'text/html;q=0.9, */*;q=0.1'];
  const not = [undefined, '', '*/*', program, 'text/event-stream', 'application/json, text/html;q=0.5'];
  assert.deepEqual([...wanted, ...not].map(wantsPage), [...wanted.map(() => true), ...not.map(() => false)]);
});

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const tokensOf = (text: string) =>
  new Map([...text.matchAll(/^\s*(--[a-z-]+): (.+);$/gm)].map(([, a = '', b = '']) => [a, b]));

test('error pages, also HAProxy’s, have the colours and fonts of the other pages', () => {
  const tokens = tokensOf(read('src/web/styles.css'));
  const files = readdirSync(new URL('haproxy/errors', root)).map((name) => `haproxy/errors/${name}`);
  assert.ok(files.length >= 5);
  for (const file of ['src/http/pages-html.ts', 'src/modules/watch/up-page.ts', ...files]) {
    const own = tokensOf(read(file));
    assert.ok(own.size >= (file.endsWith('up-page.ts') ? 3 : 8), file);
    for (const [name, value] of own) assert.equal(value, tokens.get(name), `${file}: ${name}`);
  }
});

test('HAProxy’s pages load nothing, fit its buffer, and name the product', () => {
  for (const name of readdirSync(new URL('haproxy/errors', root))) {
    const text = read(`haproxy/errors/${name}`);
    assert.ok(Buffer.byteLength(text) < 8_192, name);
    assert.match(text, /<title>[^<]+ · Ultronex<\/title>/, name);
    assert.doesNotMatch(text, /https?:|<script|<link|\bsrc=/, name);
    assert.ok(read('haproxy/haproxy.cfg').includes(`/errors/${name}`), `${name} is used`);
  }
});
