import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createTwoPerson } from '../../../src/modules/containers/two-person.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { said } from '../../http/support.ts';
import { manualClock } from '../../support/clock.ts';
import { eventually } from '../../support/program.ts';
import { tempDir } from '../../support/temp.ts';
import { startSite } from './support.ts';

const minute = 60_000;
const confirms = { confirms: true };
const [ada, ben] = [{ kind: 'slack', name: 'U1' } as const, { kind: 'slack', name: 'U2' } as const];

async function setUp(t: TestContext) {
  const clock = manualClock();
  const options = { file: join(tempDir(t), 'u.db'), clock, coalesceMs: 0, onError: assert.ifError };
  const open = async (owner: string) => {
    const store = await createSqliteStore({ ...options, owner });
    t.after(() => store.close());
    return createTwoPerson(store, clock, ({ name }) => name);
  };
  return { clock, open, rule: await open('one') };
}

test('a second person confirms within five minutes, once, also after a restart', async (t) => {
  const { clock, rule, open } = await setUp(t);
  await assert.rejects(rule.check('web', 'restart', ada, {}), /another operator has to ask .* web as well, until/);
  await assert.rejects(rule.check('web', 'restart', ada, {}), /You asked .* Another operator has to confirm/);
  await assert.rejects(rule.check('web', 'stop', ben, confirms), /Nobody has asked for the stop of web/);
  await clock.advance(5 * minute - 1);
  const other = await open('two');
  assert.deepEqual(await other.check('web', 'restart', ben, confirms), ada);
  await assert.rejects(rule.check('web', 'restart', ben, confirms), /Nobody has asked for the restart of web/);
});

test('five minutes later it is asked for again, also when the clock was set back', async (t) => {
  const { clock, rule } = await setUp(t);
  await assert.rejects(rule.check('web', 'restart', ada, {}));
  await clock.advance(5 * minute);
  await assert.rejects(rule.check('web', 'restart', ben, confirms), /U1 asked .* longer than 5 minutes ago/);
  await assert.rejects(rule.check('web', 'restart', ben, {}), /another operator has to ask/);
  clock.skip(-60 * minute);
  await assert.rejects(rule.check('web', 'restart', ada, confirms), /longer than 5 minutes ago/);
  clock.skip(60 * minute);
  await assert.rejects(
    rule.check('web', 'restart', ada, confirms),
    /Nobody has asked/,
    'it does not become valid again',
  );
});

test('of two who confirm at the same time one does', async (t) => {
  const { rule, open } = await setUp(t);
  const other = await open('two');
  await assert.rejects(rule.check('web', 'restart', ada, {}));
  const carl = { kind: 'user', name: 'carl' } as const;
  const all = [rule.check('web', 'restart', ben, confirms), other.check('web', 'restart', carl, confirms)];
  const done = await Promise.allSettled(all);
  assert.deepEqual(done.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('in Slack the channel is asked for another operator, whose press restarts once', async (t) => {
  const site = await startSite(t, { TWO_PERSON: 'true', CONTROL_USERS: 'U1,U2' });
  const { api, docker, audited } = site;
  const say = async (text: string, user: string) =>
    (await api.call('POST', '/simulator/commands', { channel: 'general', user, text })).body.reply;
  assert.match(
    await say('restart loki yes', 'U1'),
    /another operator has to ask for the restart of stack-loki-1 as well/,
  );
  const message = await eventually('the question', async () =>
    (await said(api)).find(({ text }: { text: string }) => text.includes('asks for a restart of `stack-loki-1`')),
  );
  assert.equal(message.ephemeralTo, null, 'all see it');
  const [button] = message.buttons;
  assert.match(await say('confirm restart stack-loki-1', 'U1'), /Another operator has to confirm it until/);
  assert.match(await say('confirm restart stack-loki-1', 'U3'), /You may not restart containers/);
  assert.deepEqual(docker.acts, []);
  assert.equal(button.value ?? button.command, 'confirm restart stack-loki-1');
  assert.equal(await say('confirm restart stack-loki-1', 'U2'), 'Restarted `stack-loki-1`.');
  assert.match(await say('confirm restart stack-loki-1', 'U2'), /Nobody has asked/);
  assert.deepEqual(docker.acts, ['restart stack-loki-1']);
  assert.ok(audited().includes('restart stack-loki-1: done, asked for by U1, too'));
  assert.equal(audited().filter((line) => line.startsWith('restart stack-loki-1: refused')).length, 4);
});

test('over HTTP the first request answers 409, and the same request of another person does it', async (t) => {
  const { act, docker, api } = await startSite(t, { TWO_PERSON: 'true' });
  const first = await act('stack-loki-1', 'stop');
  assert.equal(first.status, 409);
  assert.match(first.body.msg, /another operator has to ask for the stop of stack-loki-1 as well, until \d\d:\d\d UTC/);
  assert.equal((await act('stack-loki-1', 'stop')).status, 409);
  const token = await api.call('POST', '/tokens', { name: 'other', scopes: ['control'] });
  const path = `${api.base}/containers/stack-loki-1/actions`;
  const headers = { authorization: `Bearer ${token.body.token}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ action: 'stop', confirm: 'stack-loki-1' });
  assert.equal((await fetch(path, { method: 'POST', headers, body })).status, 200);
  assert.deepEqual(docker.acts, ['stop stack-loki-1']);
  assert.equal((await act('stack-loki-1', 'start')).status, 200, 'a start needs one person');
});
