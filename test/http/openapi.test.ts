import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { authorization, startApi } from './support.ts';

const api = await startApi({ after });
// biome-ignore lint/suspicious/noExplicitAny: a document to be looked into
const document: any = (await api.call('GET', '/openapi.json')).body;
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);

interface Operation {
  summary?: string;
  tags?: string[];
  security?: object[];
  parameters?: { name: string; in: string; required?: boolean; schema: object; description?: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
}

test('the document is OpenAPI 3.1 with version, info, tags, paths and operations', () => {
  assert.match(document.openapi, /^3\.1\.\d+$/);
  assert.ok(document.info.title && /^\d+\.\d+\.\d+/.test(document.info.version));
  const { basic, bearer } = document.components.securitySchemes;
  assert.deepEqual([basic.type, basic.scheme, bearer.type, bearer.scheme], ['http', 'basic', 'http', 'bearer']);
  const tags = new Set(document.tags.map(({ name }: { name: string }) => name));
  assert.ok(operations.length >= 15, `${operations.length} operations`);
  for (const { path, method, operation } of operations) {
    const name = `${method} ${path}`;
    assert.match(path, /^\/ultronex(\/[a-z]+(-[a-z]+)*|\/\{[a-z]+\})+$/, name);
    assert.match(method, /^(get|post|patch|delete)$/);
    assert.ok(operation.summary, `${name} has no summary`);
    assert.ok(operation.tags?.every((tag) => tags.has(tag)) && operation.tags.length === 1, `${name} has no tag`);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, each]) => each);
    const declared = (operation.parameters ?? []).filter((each) => each.in === 'path');
    assert.deepEqual(
      declared.map((each) => each.name),
      inPath,
      name,
    );
    for (const parameter of operation.parameters ?? []) assert.equal(parameter.required, parameter.in === 'path');
  }
});

const notJson = [
  ['/events', 'text/event-stream'],
  ['/incidents/alerts/{id}', 'text/plain'],
  // These responses have Slack’s form, also for errors.
  ['/webhook/{channel}', 'text/plain'],
] as const;

test('every response has a description and a schema, and every error the same schema', () => {
  for (const { path, method, operation } of operations.filter(({ path }) => !path.includes('/webhook/'))) {
    const name = `${method} ${path}`;
    for (const [status, { description, content }] of Object.entries(operation.responses)) {
      assert.match(status, /^[2-5]\d\d$/);
      assert.ok(description.length > 4 && description !== 'Default Response', `${name} ${status}: ${description}`);
      const types = Object.keys(content ?? {});
      const other = status !== '200' ? undefined : notJson.find(([end]) => path.endsWith(end))?.[1];
      assert.deepEqual(types, [other ?? 'application/json']);
      if (Number(status) < 400) continue;
      const schema = content?.['application/json']?.schema as { required: string[]; properties: object };
      assert.deepEqual([schema.required, Object.keys(schema.properties)], [['msg'], ['msg', 'field', 'reason']], name);
    }
    const open = JSON.stringify(operation.security) === '[]';
    assert.equal(operation.responses['401'] === undefined, open, name);
    // /status gives everybody something.
    const mayRefuse = method !== 'get' || JSON.stringify(operation.security).includes('bearer');
    assert.equal(operation.responses['403'] !== undefined, mayRefuse, name);
    if (operation.requestBody) for (const status of ['413', '415', '422']) assert.ok(operation.responses[status], name);
  }
  assert.deepEqual(
    operations
      .filter(({ operation }) => !JSON.stringify(operation.security).includes('bearer'))
      .map(({ path }) => path),
    ['/ultronex/heartbeat', '/ultronex/status', '/ultronex/bot'],
  );
});

test('every reference resolves', () => {
  const text = JSON.stringify(document);
  for (const [, reference = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    const found = reference.split('/').reduce((each, key) => each?.[key], document);
    assert.ok(found, reference);
  }
});

test('every route in the document exists, and its response matches the schema', async () => {
  for (const { path, method, operation } of operations) {
    const address = path.replace('/ultronex', '').replaceAll(/\{\w+\}/g, 'x');
    if (address === '/events' || address.startsWith('/webhook/')) continue;
    const { status, headers } = await api.call(method.toUpperCase(), address, operation.requestBody ? '{}' : undefined);
    assert.ok(operation.responses[status], `${method} ${path} answered ${status}`);
    assert.match(headers.get('content-type') ?? '', /^application\/json/);
  }
});

test('the routes of the design are in the document', () => {
  const listed = operations.map(({ path, method }) => `${method} ${path.replace('/ultronex', '')}`);
  for (const route of [
    'get /heartbeat',
    'post /slack',
    'post /slack/{channel}',
    'get /stats',
    'get /track',
    'post /track',
    'delete /track/{id}',
    'get /external',
    'get /messages',
    'get /messages/{id}',
    'patch /messages/{id}',
    'delete /messages/{id}',
    'get /events',
    'get /bot',
    'post /hooks/alertmanager',
  ]) {
    assert.ok(listed.includes(route), route);
  }
});

test('the pages and all that they load come from this server, also over http', async () => {
  for (const path of ['/', '/simulator', '/stream', '/ledger', '/tracked', '/docs', '/docs/']) {
    const page = await fetch(api.base + path, { headers: { authorization } });
    assert.equal(page.status, 200, path);
    assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'self'/);
    assert.match(policy, /frame-ancestors 'none'/);
    assert.doesNotMatch(policy, /https?:|swagger\.io|upgrade-insecure-requests|unsafe-eval|\*/, path);
    if (!path.startsWith('/docs')) {
      assert.equal(page.headers.get('x-content-type-options'), 'nosniff');
      assert.equal(page.headers.get('referrer-policy'), 'no-referrer');
      assert.equal(page.headers.get('cache-control'), 'no-cache');
    }
    const html = await page.text();
    assert.doesNotMatch(html, /<script(?![^>]*\bsrc=)[^>]*>\s*\S/, `${path}: a script inside the page`);
    const assets = [...html.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, each = '']) => new URL(each, page.url));
    assert.ok(assets.length > 2, path);
    for (const asset of assets) {
      assert.equal(asset.origin, api.origin, `${path} loads ${asset}`);
      const { status, type } = await load(asset);
      assert.equal(status, 200, `${path} → ${asset}`);
      assert.ok(type, `${asset} has no type`);
    }
  }
});

test('the docs page loads openapi.json', async () => {
  const initializer = await (await fetch(`${api.base}/docs/static/swagger-initializer.js`)).text();
  assert.doesNotMatch(initializer, /https?:\/\/(?!127\.0\.0\.1|localhost)/);
  assert.deepEqual((await api.call('GET', '/docs/json')).body, document);
});

test('assets with a hash are cached for ever, and no file outside of their folder is served', async () => {
  const html = await (await fetch(`${api.base}/`)).text();
  const [, script = ''] = /src="([^"]+\/index-[^"]+\.js)"/.exec(html) ?? [];
  const asset = await fetch(new URL(script, `${api.base}/`));
  assert.match(asset.headers.get('cache-control') ?? '', /max-age=31536000, immutable/);
  await asset.text();
  for (const path of ['..%2findex.html', '%2e%2e/package.json', '..%5c..%5cmain.js', '.', '%00']) {
    const { status } = await api.call('GET', `/assets/${path}`);
    assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
  }
});

async function load(asset: URL): Promise<{ status: number; type: string | null }> {
  const answer = await fetch(asset, { headers: { authorization } });
  await answer.arrayBuffer();
  return { status: answer.status, type: answer.headers.get('content-type') };
}
