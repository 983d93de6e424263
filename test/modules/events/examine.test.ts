import assert from 'node:assert/strict';
import { type AddressInfo, createServer } from 'node:net';
import { describe, it, test } from 'node:test';
import { Redis } from 'iovalkey';
import { examineEvents } from '../../../src/modules/events/examine.ts';
import { examineRedis, judgeRedis, type RedisFacts } from '../../../src/modules/events/redis/examine.ts';
import { startFakeServer } from '../../fakes/http-server.ts';
import { lacks } from '../../support/lacks.ts';
import { redisServer, startRedis } from '../../support/redis.ts';

const right: RedisFacts = {
  ...{ product: 'Valkey', version: '8.1.4', answerMs: 1, isAppendOnly: true, appendFsync: 'always' },
  ...{ usedBytes: 2 ** 20, mostBytes: 2 ** 27, policy: 'noeviction', groups: [] },
};
const asked = { url: 'redis://:topsecret@valkey:6379', password: undefined, stream: 's', keep: 1_000 };

function problems(facts: Partial<RedisFacts>, more: Partial<typeof asked> = {}): string {
  const found = judgeRedis({ ...right, ...facts }, { ...asked, ...more });
  assert.doesNotMatch(JSON.stringify(found), /topsecret/);
  return found.flatMap(({ level, text }) => (level === 'ok' ? [] : `${level}: ${text}`)).join('\n');
}

describe('findings of Redis', () => {
  it('a right one has no problem', () => {
    assert.equal(problems({}), '');
    assert.equal(problems({ appendFsync: 'everysec', mostBytes: 0, policy: 'allkeys-lru' }), '', 'without a limit');
    assert.equal(problems({}, { url: 'rediss://:x@redis.example.com:6380' }), '');
    assert.equal(problems({}, { url: 'redis://127.0.0.1:6379' }), '');
  });

  it('tells what would lose events, with the remedy', () => {
    assert.match(problems({ isAppendOnly: false }), /^warn: .*a restart loses .* Set appendonly yes$/);
    assert.match(problems({ appendFsync: 'no' }), /^warn: appendfsync is no/);
    assert.match(problems({ policy: 'allkeys-lru' }), /^warn: .*may delete the stream.* Set noeviction$/);
    assert.match(problems({ usedBytes: 2 ** 27 * 0.95 }), /^warn: 122 MiB of 128 MiB are used; .* Raise maxmemory/);
    const late = { name: 'workers', lag: 501, pending: 3 };
    assert.match(
      problems({ groups: [late, { name: 'a', lag: 500, pending: 0 }] }),
      /^warn: group workers: 501 entries/,
    );
  });

  it('tells who could read along, and a server that is too old', () => {
    assert.match(problems({}, { url: 'redis://:topsecret@redis.example.com' }), /^fail: .*Write rediss:\/\//);
    assert.match(problems({}, { url: 'redis://valkey:6379' }), /^warn: it asks for no password/);
    assert.match(problems({ version: '6.2.14' }), /^warn: .*Valkey 6\.2\.14, .*Update it/);
  });
});

test('a host of the webhook to which nothing would be delivered is told, without the rest of the address', async () => {
  async function examined(address: string): Promise<string> {
    const settings = { EVENTS_MAXLEN: 1_000, EVENTS_STREAM: 's', EVENTS_WEBHOOK_URL: address };
    const [found] = await examineEvents(settings as Parameters<typeof examineEvents>[0], null);
    assert.ok(found);
    assert.doesNotMatch(found.text, /topsecret/);
    return `${found.level}: ${found.text}`;
  }
  for (const [host, shown] of [
    ['169.254.169.254', '169.254.169.254'],
    ['0xa9fea9fe:8080', '169.254.169.254'],
    ['[fe80::1]', 'fe80::1'],
    ['[::ffff:169.254.1.1]', '::ffff:a9fe:101'],
  ] as const) {
    const text = await examined(`http://${host}/topsecret`);
    assert.ok(text.startsWith(`fail: EVENTS_WEBHOOK_URL: ${shown} is not allowed. Link-local addresses`), text);
  }
  assert.match(await examined('https://127.0.0.1:8443/topsecret'), /^ok: .*127\.0\.0\.1:8443 is known and allowed$/);
  assert.match(await examined('http://localhost/topsecret'), /^ok: /);
  assert.match(
    await examined('http://nobody.invalid/topsecret'),
    /^(fail: nobody\.invalid has no|warn: nobody\.invalid)/,
  );
  assert.match(await examined('http://[1/topsecret'), /^fail: EVENTS_WEBHOOK_URL is no address/);
});

test('an address that answers without TLS, or not as a Redis, is told with the remedy', async (t) => {
  const web = await startFakeServer(() => ({ status: 200 }));
  const silent = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => web.close());
  t.after(() => silent.close());
  const text = async (url: string) => {
    const [found, ...more] = await examineRedis({ ...asked, url });
    assert.deepEqual(more, []);
    return `${found?.level} ${found?.text}`;
  };
  const { port } = silent.address() as AddressInfo;
  assert.match(
    await text(`rediss://127.0.0.1:${port}`),
    /^fail .* \(no answer to TLS within 3 s\)\. .*; if it speaks no TLS, write redis:\/\/\. Events wait/,
  );
  assert.match(await text(`redis://127.0.0.1:${port}`), /^fail .* \(no answer within 3 s\)\. Start it, /);
  assert.match(
    await text(web.url.replace('http:', 'rediss:')),
    /^fail .* \(it answers, but not with TLS\)\. .*; if it speaks no TLS, write redis:\/\/\. Events wait/,
  );
  assert.match(
    await text(web.url.replace('http:', 'redis:')),
    /^fail .* \(it does not answer as a Redis\)\. Correct host and port in REDIS_URL/,
  );
});

test('a real server is examined; one that is away or refuses the password is told', {
  skip: lacks(redisServer === null, 'needs redis-server or valkey-server'),
}, async (t) => {
  const server = await startRedis('topsecret');
  t.after(() => server.stop());
  const client = new Redis(server.url, { password: 'topsecret' });
  await client.xgroup('CREATE', 's', 'workers', '0', 'MKSTREAM');
  client.disconnect();
  const texts = async (password?: string, url = server.url) =>
    (await examineRedis({ ...asked, url, password })).map(({ level, text }) => `${level} ${text}`);
  const found = await texts('topsecret');
  assert.match(found.join('\n'), /^ok redis:\/\/127.0.0.1:\d+ is \w+ \d+\.\d+\.\d+, and answers in \d+ ms\n/);
  assert.ok(found.includes('ok its append-only file is on, appendfsync always'), found.join('\n'));
  assert.ok(found.includes('ok group workers: 0 entries not given, 0 not acknowledged'), found.join('\n'));
  assert.match(
    (await texts('wrong')).join('\n'),
    /^fail .*WRONGPASS.*\. Correct the password in REDIS_URL or REDIS_PASSWORD/,
  );
  assert.match((await texts()).join('\n'), /^fail .*NOAUTH.*\. Set REDIS_PASSWORD/);
  await server.kill();
  assert.match(
    (await texts('topsecret')).join('\n'),
    /^fail .*\(.*ECONNREFUSED.*\)\. Start it, .* Events wait in the store$/,
  );
});
