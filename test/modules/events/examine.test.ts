import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { Redis } from 'iovalkey';
import { examineRedis, judgeRedis, type RedisFacts } from '../../../src/modules/events/redis/examine.ts';
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
