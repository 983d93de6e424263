import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../../src/app/index.ts';
import { checkModules } from '../../../src/cli/doctor/modules.ts';
import { startApi } from '../../http/support.ts';
import { freePort } from '../../support/port.ts';
import { tempDir } from '../../support/temp.ts';

const idle = /nothing is written to Redis: EVENTS_STREAM is off, and RELAX_EVENTS_QUEUE is not set/;

/** The lines of `ultronex doctor` about events. */
async function doctor(DATA_DIR: string, env: Record<string, string>): Promise<string> {
  const found = await checkModules(loadConfig({ DATA_DIR, BASIC_AUTH_PASSWORD: 'x'.repeat(20), ...env }));
  const lines = found.filter(({ part }) => part === 'events');
  return lines.map(({ level, text }) => `${level}: ${text}`).join('\n');
}

test('a Redis to which nothing is written, and that has no other purpose, is told by status and doctor', async (t) => {
  const folder = tempDir(t);
  const env = { REDIS_URL: `redis://127.0.0.1:${await freePort()}`, EVENTS_STREAM: 'off' };
  assert.match(
    await doctor(folder, env),
    new RegExp(`^warn: ${idle.source}\\. Set one of them, or unset REDIS_URL$`, 'm'),
  );
  for (const purpose of ['RELAX_EVENTS_QUEUE', 'RELAX_BOTS_KEY', 'RELAX_BOTS_PUBSUB']) {
    assert.doesNotMatch(await doctor(folder, { ...env, [purpose]: 'key' }), idle);
  }
  const api = await startApi(t, env);
  assert.match(JSON.stringify((await api.call('GET', '/status')).body), idle);
});

test('doctor says that EVENTS=off makes an address of Redis or of a webhook useless', async (t) => {
  const folder = tempDir(t);
  const url = { REDIS_URL: 'redis://127.0.0.1:1' };
  assert.equal(await doctor(folder, { EVENTS: 'off', ...url }), 'ok: off: EVENTS=off, so REDIS_URL is not used');
  assert.equal(
    await doctor(folder, { EVENTS: 'off', ...url, EVENTS_WEBHOOK_URL: 'http://127.0.0.1:1' }),
    'ok: off: EVENTS=off, so REDIS_URL and EVENTS_WEBHOOK_URL are not used',
  );
  assert.equal(await doctor(folder, { EVENTS: 'off' }), '');
  assert.equal(await doctor(folder, {}), '');
});
