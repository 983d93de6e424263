import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { noNames } from '../../../src/domain/visible-text.ts';
import { createDigest } from '../../../src/modules/incidents/digest.ts';
import { incident } from '../../support/incidents.ts';
import { hour, openIncidents, signal } from './support.ts';

const anna = { actor: { kind: 'slack', name: 'U1' }, name: 'anna' } as const;

test('a signal is one card; its thread has what happened, and each reply is in the card’s thread', async (t) => {
  const { incidents, desk, clock, sendAll, messages } = await openIncidents(t);
  const { id } = await incidents.signal(signal('firing', { at: clock.now(), notify: '@oncall' }));
  await sendAll();
  await desk.act(1, { act: 'ack' }, anna);
  await clock.advance(2 * hour);
  await incidents.signal(signal('resolved', { at: clock.now() }));
  await sendAll();
  const [card, ...replies] = await messages();
  assert.equal(card?.id, id);
  assert.match(card?.text ?? '', /^:white_check_mark: \*shop is down\* · critical · resolved after 2h/);
  assert.equal(card?.tone, 'resolved');
  assert.equal(card?.buttons, undefined);
  assert.deepEqual(
    replies.map(({ text, replyTo, threadTs }) => [text, replyTo, threadTs]),
    ['@oncall *shop is down*', 'anna is on it.', 'Resolved after 2h.'].map((text) => [text, id, card?.slack?.ts]),
  );
});

test('the thread of a signal is posted once, when the incident opens', async (t) => {
  const { incidents, messages, clock } = await openIncidents(t);
  const thread = '```\nlast line\n```';
  const { id } = await incidents.signal(signal('firing', { at: clock.now(), thread }));
  await incidents.signal(signal('firing', { at: clock.now(), thread: 'another', text: 'HTTP 500' }));
  await incidents.signal(signal('resolved', { at: clock.now(), thread: 'the end' }));
  const found = (await messages()).filter(({ text }) => /last line|another|the end/.test(text));
  assert.deepEqual(
    found.map(({ text, replyTo }) => [text, replyTo]),
    [[thread, id]],
  );
});

test('a field of a signal changes neither its title nor its severity, and mentions nobody', async (t) => {
  const { incidents, clock, messages } = await openIncidents(t);
  const fields = { alertname: 'another', severity: 'info', notify: '@channel', room: 'cellar' };
  await incidents.signal(signal('firing', { at: clock.now(), fields }));
  const [card, ...replies] = await messages();
  assert.match(card?.text ?? '', /^:x: \*shop is down\* · critical · firing\nHTTP 503\n`room=cellar`/);
  assert.deepEqual(replies, []);
});

test('the buttons of a card are those that the incident allows', async (t) => {
  const { incidents, desk, messages } = await openIncidents(t);
  const labels = async () => (await messages())[0]?.buttons?.map(({ label }) => label);
  await incidents.signal(signal('firing', { fields: { container: 'web-1' } }));
  const silences = ['Silence 1 h', 'Silence 8 h', 'Silence until solved'];
  assert.deepEqual(await labels(), ['Acknowledge', ...silences, 'Restart web-1', 'Logs']);
  await desk.act(1, { act: 'ack' }, anna);
  await desk.act(1, { act: 'silence', for: 'until solved' }, anna);
  assert.deepEqual(await labels(), ['End silence', 'Restart web-1', 'Logs']);
});

test('a card names who is on it without a mention, so that a new one pings nobody', async (t) => {
  const { incidents, desk, clock, messages, upkeep, maintenance } = await openIncidents(t);
  const now = clock.now();
  await maintenance.begin({ from: now, until: now + hour, reason: '', by: anna.actor }, now);
  await incidents.signal(signal('firing', { at: now }));
  await desk.act(1, { act: 'ack' }, anna);
  await clock.advance(hour);
  await upkeep();
  assert.match((await messages())[0]?.text ?? '', /\n:eyes: anna is on it\n/);
});

test('one of two programs reminds, once for each period, also when one of them stops', async (t) => {
  const { incidents, clock, sendAll, messages, program, upkeep, store } = await openIncidents(t);
  const other = await program();
  await incidents.signal(signal('firing', { at: clock.now() }));
  await sendAll();
  const reminders = async () => (await messages()).filter(({ text }) => text.includes('nobody is on it')).length;
  const rounds = async () => {
    await Promise.all([upkeep(), other.upkeep()]);
    await sendAll();
    return reminders();
  };
  assert.equal(await rounds(), 0);
  await clock.advance(4 * hour);
  assert.deepEqual([await rounds(), await rounds()], [1, 1]);
  await store.release(clock.now());
  clock.skip(-2 * hour);
  assert.equal(await rounds(), 1, 'a clock that is set back repeats nothing');
  clock.skip(9 * hour);
  assert.deepEqual([await rounds(), await rounds()], [2, 2], 'a jump tells once');
});

test('log lines and the like are posted once, after the opening', async (t) => {
  let asked = 0;
  const contextOf = async () => {
    asked += 1;
    return 'the lines';
  };
  const { incidents, clock, sendAll, messages, upkeep, store, program } = await openIncidents(t, { contextOf });
  const other = await program();
  await incidents.signal(signal('firing', { at: clock.now() }));
  await sendAll();
  const lines = async () => (await messages()).filter(({ text }) => text === 'the lines').length;
  await upkeep();
  assert.equal(asked, 0, 'those after the opening are not there yet');
  await clock.advance(75_000);
  await Promise.all([upkeep(), other.upkeep()]);
  await Promise.all([upkeep(), other.upkeep()]);
  assert.equal(asked, 1, 'one of two programs asks');
  assert.equal(await lines(), 1);
  assert.deepEqual(
    (await store.incidentHistory(1)).map(({ kind }) => kind),
    ['opened', 'context'],
  );
});

test('a card that was deleted in Slack is posted anew, and its thread goes on there', async (t) => {
  const { incidents, desk, clock, store, sendAll, messages, upkeep } = await openIncidents(t);
  const { id } = await incidents.signal(signal('firing', { at: clock.now() }));
  await sendAll();
  await desk.act(1, { act: 'ack' }, anna);
  await clock.advance(2_000);
  const [claimed] = await store.claim(clock.now(), 30_000, 10);
  assert.equal(claimed?.delivery.id, id);
  const refused = { to: 'changed', error: 'message_not_found', gone: true, readyAt: clock.now(), tat: 0 } as const;
  if (claimed) await store.settle(claimed.delivery, refused, clock.now());
  await upkeep();
  await upkeep();
  const cards = (await messages()).filter(({ replyTo }) => replyTo === undefined);
  assert.deepEqual(
    cards.map(({ state }) => state),
    ['withdrawn', 'queued'],
  );
  await sendAll();
  await desk.act(1, { act: 'resolve', note: '' }, anna);
  assert.equal((await messages()).at(-1)?.replyTo, cards[1]?.id);
  assert.deepEqual(
    (await store.incidentHistory(1)).map(({ kind }) => kind),
    ['opened', 'acknowledged', 'posted again', 'resolved'],
  );
});

test('in a maintenance window incidents are listed and not told, and what still fires is told at its end', async (t) => {
  const { incidents, maintenance, clock, messages, upkeep, store } = await openIncidents(t);
  const now = clock.now();
  const by = { kind: 'user', name: 'ops' } as const;
  await maintenance.begin({ from: now, until: now + hour, reason: 'disks', by }, now);
  await incidents.signal(signal('firing'));
  await incidents.signal(signal('firing', { key: 'other' }));
  await incidents.signal(signal('resolved', { key: 'other' }));
  await upkeep();
  assert.deepEqual(await messages(), []);
  assert.equal((await store.incidents({ team: 'T1' }, null, 10)).items.length, 2);
  await clock.advance(hour);
  await upkeep();
  await upkeep();
  assert.equal((await messages()).length, 1);
  assert.match((await messages())[0]?.text ?? '', /^:x: \*shop is down\*/);
  assert.deepEqual(await maintenance.windows(clock.now()), []);
});

test('a hundred incidents at once have a hundred numbers, also from two programs', async (t) => {
  const { incidents, program, store } = await openIncidents(t);
  const other = await program();
  const logs = [incidents, other.incidents];
  const open = (n: number) => logs[n % 2]?.signal(signal('firing', { key: `k${n}` }));
  await Promise.all(Array.from({ length: 50 }, (_, n) => open(2 * n)));
  await Promise.all(Array.from({ length: 50 }, (_, n) => open(2 * n + 1)));
  const { items } = await store.incidents({ team: 'T1' }, null, 200);
  assert.equal(new Set(items.map(({ number }) => number)).size, 100);
});

test('two people who press at the same time are both heard', async (t) => {
  const { incidents, desk, store, program } = await openIncidents(t);
  const other = await program();
  await incidents.signal(signal('firing'));
  const ben = { actor: { kind: 'user', name: 'ben' }, name: 'ben' } as const;
  await Promise.all([desk.act(1, { act: 'ack' }, anna), other.desk.act(1, { act: 'silence', for: '2h' }, ben)]);
  const incident = await store.incident('T1', 1);
  assert.deepEqual([incident?.acknowledged?.by, incident?.silenced?.by], [anna.actor, ben.actor]);
  await assert.rejects(desk.act(7, { act: 'ack' }, anna), /There is no incident #7/);
  await assert.rejects(desk.act(1, { act: 'silence', for: 'a while' }, anna), /for "a while" is no length of time/);
  await assert.rejects(desk.act(1, { act: 'silence', for: '60d' }, anna), /30 days/);
});

test('the digest comes once a day at its time of day, also after a restart and over a change of the clock', async (t) => {
  const { clock, incidents, upkeep, program, messages } = await openIncidents(t, {
    digestAt: '08:30',
    timeZone: 'Europe/Berlin',
  });
  clock.skip(Date.parse('2026-03-27T20:00:00Z') - clock.now());
  await incidents.signal(signal('firing', { at: clock.now() }));
  const digests = async () => (await messages()).filter(({ text }) => text.startsWith(':sunrise:')).length;
  const at = async (time: string) => {
    clock.skip(Date.parse(time) - clock.now());
    await upkeep();
    return digests();
  };
  assert.equal(await at('2026-03-27T20:00:00Z'), 0, 'at the first start it is not made up for');
  assert.equal(await at('2026-03-28T07:29:00Z'), 0);
  assert.equal(await at('2026-03-28T07:30:00Z'), 1, '08:30 in Berlin in winter');
  const other = await program();
  clock.skip(130_000);
  await other.upkeep();
  assert.equal(await digests(), 1);
  assert.equal(await at('2026-03-29T06:29:00Z'), 1);
  clock.skip(130_000);
  assert.equal(await at('2026-03-29T06:32:00Z'), 2, '08:30 in Berlin in summer');
  assert.match(
    (await messages()).at(-1)?.text ?? '',
    /1 open, 0 resolved within a day\n• #1 :x: \*shop is down\* · 1d 10h/,
  );
});

test('the open card of an older program goes on', async (t) => {
  const { clock, incidents, store, messages, sendAll } = await openIncidents(t);
  const { createHash } = await import('node:crypto');
  const { compose } = await import('../../../src/domain/compose.ts');
  const { inSlack } = await import('../../../src/domain/destination.ts');
  const name = `incidents:${createHash('sha256').update('signal:watch:shop').digest('base64url')}`;
  const stamp = { newId: () => 'old', now: clock.now(), ttlMs: hour };
  const card = compose(stamp, { team: 'T1', destination: inSlack('#alerts'), text: 'old card', source: 'incident' });
  const value = JSON.stringify({ delivery: 'old', status: 'firing', digest: 'x', since: clock.now() });
  await store.accept({ deliveries: [card], state: [{ name, value }] });
  await sendAll();
  await clock.advance(hour);
  assert.equal((await incidents.signal(signal('resolved', { at: clock.now() }))).id, 'old');
  const [first, ...others] = await messages();
  assert.match(first?.text ?? '', /resolved after 1h/);
  assert.deepEqual(
    others.map(({ text }) => text),
    ['Resolved after 1h.'],
  );
  assert.equal(await store.state(name), null);
});

test('the digest has an old open incident, however many came and went since', async (t) => {
  const { store, clock, messages } = await openIncidents(t);
  const old = incident({ openedAt: 0 });
  const ended = Array.from({ length: 600 }, (_, at) =>
    incident({ number: at + 2, status: 'resolved', resolvedAt: clock.now() }),
  );
  // As the store does: newest first, with the filter, so many.
  const incidents: typeof store.incidents = async ({ open }, _cursor, limit) => ({
    items: [...ended, old].filter((each) => open === undefined || (each.status === 'firing') === open).slice(0, limit),
    next: null,
  });
  await store.accept({ state: [{ name: 'incidents:digest', value: '2000-01-01' }] });
  const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: hour });
  const at = { team: () => 'T1', channel: () => '#alerts', at: '00:00', timeZone: 'UTC', names: noNames };
  await createDigest({ store: { ...store, incidents }, stamp, ...at }).post(clock.now());
  assert.match((await messages())[0]?.text ?? '', /: 1 open, 500 resolved within a day\n• #1 /);
});
