import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { type Asked, createCommands, type NamedAnswer } from '../../../src/commands/index.ts';
import { createIncidentCommands } from '../../../src/modules/incidents/commands.ts';
import { fakeTools } from '../../commands/fake-tools.ts';
import { openIncidents, signal } from './support.ts';

async function setUp(t: TestContext) {
  const parts = await openIncidents(t);
  const { store, desk, maintenance, clock, incidents } = parts;
  const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: 1 });
  const names = { user: (id: string) => (id === 'U1' ? 'anna' : null) };
  const logsOf = async (number: number) => `lines of ${number}`;
  const commands = createCommands(createIncidentCommands({ store, desk, maintenance, names, stamp, logsOf }));

  /** Runs a command and commits it, as the pipeline does. */
  async function say(text: string, more: Partial<Asked> = {}): Promise<NamedAnswer> {
    const asked = { team: 'T1', user: 'U1', channel: 'C1', role: null, isMember: async () => true, now: clock.now() };
    const answer = await commands.run(text, { ...asked, ...more }, fakeTools());
    const { incidents: changes, edits, deliveries, state, audit } = answer;
    await store.accept({ incidents: changes, edits, deliveries, state, audit });
    return answer;
  }
  const audit = async () =>
    (await store.auditEntries({}, null, 50)).items.map((each) => [each.action, each.target, each.outcome]).reverse();
  await incidents.signal(signal('firing', { at: clock.now() }));
  return { ...parts, say, audit };
}

test('incidents are acknowledged, silenced and resolved by what people type, and the audit log has it', async (t) => {
  const { say, store, clock, audit } = await setUp(t);
  const now = async () => store.incident('T1', 1);
  assert.equal((await say('incidents')).reply, '• #1 :x: *shop is down* · 0s');
  assert.match((await say('ack #1')).reply, /^#1 is acknowledged/);
  assert.deepEqual((await now())?.acknowledged?.by, { kind: 'slack', name: 'U1' });
  assert.equal((await say('incidents')).reply, '• #1 :x: *shop is down* · 0s · anna is on it', 'without a ping');
  assert.equal((await say('silence 1 2h')).reply, '#1 is silenced for 2h.');
  assert.equal((await now())?.silenced?.until, clock.now() + 7_200_000);
  assert.equal((await say('Silence 1 until solved')).reply, '#1 is silenced until it is solved.');
  assert.equal((await say('stop reminding 1')).reply, 'I remind nobody of #1 any more.');
  assert.match((await say('resolve 1 new disk')).reply, /^#1 is resolved/);
  assert.equal((await say('logs 1')).reply, 'lines of 1');
  assert.deepEqual(await audit(), [
    ['incident ack', '#1', 'done'],
    ['incident silence', '#1', 'done'],
    ['incident silence', '#1', 'done'],
    ['incident stop-reminding', '#1', 'done'],
    ['incident resolve', '#1', 'done'],
  ]);
});

test('what is missing or wrong gets a sentence with an example', async (t) => {
  const { say } = await setUp(t);
  const replies: [said: string, reply: RegExp][] = [
    ['ack', /^Say which one: `ack 12`/],
    ['ack all', /^Say which one/],
    ['ack 7', /^There is no incident #7/],
    ['silence 1', /^Say which and for how long/],
    ['silence 1 soon', /^for "soon" is no length of time/],
    ['silence 1 off', /^#1 is not silenced/],
    ['logs', /^Say which one: `logs 12`/],
    ['maintenance', /^Say for how long, 7 days at most/],
    ['silence 1 1.5', /^for "1.5" is no length of time/],
    ['silence 1 for 5', /^for "for 5" is no length of time/],
    ['maintenance 1.5', /7 days at most/],
    ['maintenance 9d', /7 days at most/],
    ['maintenance off', /^There is no maintenance window/],
    ['resolve 99999999999', /^Say which one/],
  ];
  for (const [said, reply] of replies) assert.match((await say(said)).reply, reply, said);
});

test('guests and viewers change nothing, which the audit log has; viewers may look', async (t) => {
  const { say, audit, store } = await setUp(t);
  const guest = { isMember: async () => false };
  assert.match((await say('ack 1', guest)).reply, /not guests/);
  assert.match((await say('logs 1', guest)).reply, /not guests/);
  assert.match((await say('resolve 1', { role: 'viewer' })).reply, /USERS_FILE says so/);
  assert.match((await say('maintenance 2h', { role: 'viewer' })).reply, /USERS_FILE says so/);
  assert.equal((await say('logs 1', { role: 'viewer' })).reply, 'lines of 1');
  assert.equal((await store.incident('T1', 1))?.revision, 1);
  assert.deepEqual(await audit(), [
    ['incident ack', '#1', 'refused'],
    ['incident resolve', '#1', 'refused'],
    ['maintenance', '2h', 'refused'],
  ]);
  assert.match((await say('ack 1', { ...guest, role: 'operator' })).reply, /acknowledged/, 'a role is given by name');
});

test('an old open incident is listed, however many came and went since', async (t) => {
  const { say, incidents, clock } = await setUp(t);
  for (let number = 2; number <= 210; number += 1) {
    const key = `blip ${number}`;
    await incidents.signal(signal('firing', { key, at: clock.now() }));
    await incidents.signal(signal('resolved', { key, at: clock.now() }));
  }
  assert.match((await say('incidents')).reply, /^• #1 :x:.*\n… and at least 171 more$/s);
});

test('the same report again opens nothing for a day after somebody resolved it by hand', async (t) => {
  const { say, incidents, clock, store } = await setUp(t);
  await say('resolve 1');
  const again = () => incidents.signal(signal('firing', { at: clock.now() }));
  clock.skip(3_600_000);
  assert.match((await again()).msg, /^#1 was resolved by hand/);
  clock.skip(23 * 3_600_000);
  assert.match((await again()).msg, /^A new card/);
  await say('resolve 2');
  await incidents.signal(signal('resolved', { at: clock.now() }));
  assert.match((await again()).msg, /^A new card/, 'the next outage');
  assert.equal((await store.incidents({ team: 'T1', open: true }, null, 9)).items.length, 1);
});

test('of maintenance windows that open at the same time none is lost', async (t) => {
  const { maintenance, clock } = await setUp(t);
  const now = clock.now();
  const by = { kind: 'user', name: 'ops' } as const;
  const all = Array.from({ length: 15 }, (_, at) => ({ from: now, until: now + (at + 1) * 60_000, reason: '', by }));
  await Promise.all(all.map((window) => maintenance.begin(window, now)));
  assert.equal((await maintenance.windows(now)).length, 15);
  assert.equal(await maintenance.end(now), 15);
});

test('a message changes an incident once; a maintenance window is told and ended', async (t) => {
  const { say, store, clock } = await setUp(t);
  const both = await say('ack 1\nsilence 1 2h');
  assert.match(both.reply, /^#1 is acknowledged.*\n`silence 1 2h` was left out: a message can change it once/s);
  assert.equal((await store.incident('T1', 1))?.silenced, null);
  assert.match((await say('maintenance 2h <!channel> disks')).reply, /^Maintenance for 2h/);
  assert.match((await say('incidents')).reply, /^:construction: Maintenance .*: &lt;!channel&gt; disks\n• #1/);
  assert.equal((await say('maintenance off')).reply, 'The maintenance window is over.');
  clock.skip(86_400_000 * 2);
  await say('resolve 1');
  clock.skip(86_400_000 * 2);
  assert.equal((await say('incidents')).reply, ':white_check_mark: There is no incident.');
});
