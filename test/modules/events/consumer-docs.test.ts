import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Redis } from 'iovalkey';
import { lacks } from '../../support/lacks.ts';
import { eventually } from '../../support/program.ts';
import { redisServer, startRedis } from '../../support/redis.ts';

const read = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The consumer in docs/events.md. */
function consumer(): string {
  const example = read('docs/events.md')
    .split('```js\n')
    .map((block) => block.split('```')[0] ?? '')
    .find((code) => code.includes('xreadgroup'));
  return example ?? assert.fail('docs/events.md has no consumer');
}

/** The user in SECURITY.md, as words of a command. */
function reader(password: string): string[] {
  const [, words = ''] = /`ACL (SETUSER reader [^`]+)`/.exec(read('SECURITY.md')) ?? [];
  return words.replace('>PASSWORD', `>${password}`).split(/\s+/);
}

test('the consumer in docs/events.md works as the user in SECURITY.md, who can read nothing else', {
  skip: lacks(redisServer === null, 'needs redis-server or valkey-server'),
}, async (t) => {
  const server = await startRedis();
  const client = new Redis(server.url);
  await client.call('ACL', ...reader('secret'));
  const url = server.url.replace('//', '//reader:secret@');
  const user = new Redis(url, { enableReadyCheck: false });
  const program = spawn(process.execPath, ['--input-type=module', '--eval', consumer()], {
    env: { ...process.env, REDIS_URL: url },
  });
  let [out, problems] = ['', ''];
  program.stdout.on('data', (text) => {
    out += text;
  });
  program.stderr.on('data', (text) => {
    problems += text;
  });
  t.after(async () => {
    program.kill('SIGKILL');
    user.disconnect();
    client.disconnect();
    await server.stop();
  });
  const add = (id: string) =>
    client.xadd('ultronex:events', '*', 'id', id, 'event', JSON.stringify({ text: `text ${id}` }));
  for (const id of ['one', 'two', 'one', 'three']) await add(id);
  await eventually('the events', () => /three/.test(out) || program.exitCode !== null);
  assert.equal(problems, '');
  assert.equal(out, 'text one\ntext two\ntext three\n', 'each once');
  await eventually('all acknowledged', async () => {
    const [waiting] = (await client.xpending('ultronex:events', 'workers')) as [number];
    return waiting === 0;
  });
  await client.set('seen:', 1);
  for (const refused of [
    user.get('other'),
    user.get('seen:one'),
    user.set('other', 1),
    user.xadd('ultronex:events', '*', 'id', 'forged', 'event', '{}'),
    user.del('ultronex:events'),
    user.publish('commands', '{}'),
  ]) {
    await assert.rejects(refused, /NOPERM/);
  }
});
