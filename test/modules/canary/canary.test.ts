import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled } from '../../support/clock.ts';
import { minute, openCanaries } from './support.ts';

const last = <T>(list: readonly T[]): T => list.at(-1) as T;

test('a canary goes out, comes back, is timed and is deleted', async (t) => {
  const { canary, goRound, channel, told, metric, done, store } = await openCanaries(t);
  assert.equal(canary.health().state, 'ok');
  await goRound(canary, { sendMs: 2_000, eventMs: 500 });
  assert.equal(channel.size, 0, 'it is deleted');
  assert.equal(await metric('seconds{leg="send"}'), 2);
  assert.equal(await metric('seconds{leg="event"}'), 0.5);
  assert.equal(await metric('seconds{leg="whole"}'), 2.5);
  assert.equal(await metric('runs_total{result="ok"}'), 1);
  assert.ok((await metric('last_success_timestamp_seconds')) > 1_700_000_000);
  assert.equal(done.back, 1);
  assert.deepEqual(
    told.map(({ key, status }) => [key, status]),
    [['canary', 'resolved']],
  );
  assert.match(canary.health().detail, /^the last one came back after 2\.5 s, at 2023-11-14 22:13 UTC$/);
  const [delivery] = (await store.deliveries({}, null, 10)).items;
  assert.equal(delivery?.source, 'canary');
  assert.equal(delivery.similarKey, null, 'it is never merged');
});

test('the next canary follows after CANARY_MINUTES, not before', async (t) => {
  const { canary, clock, goRound, send } = await openCanaries(t);
  await goRound();
  await clock.advance(5 * minute - 1);
  await canary.round();
  assert.deepEqual(await send(), []);
  await clock.advance(1);
  await canary.round();
  assert.equal((await send()).length, 1);
});

test('an event that overtakes the response of the post counts', async (t) => {
  const { canary, clock, send, metric, store } = await openCanaries(t);
  await canary.round();
  const [delivery] = (await store.deliveries({}, null, 1)).items;
  canary.heard(String(delivery?.text));
  await clock.advance(300);
  await send();
  await canary.round();
  assert.equal(await metric('seconds{leg="send"}'), 0.3);
  assert.equal(await metric('seconds{leg="event"}'), 0);
  assert.equal(await metric('seconds{leg="whole"}'), 0.3);
});

test('no event within 60 s: an incident that names the leg, the sockets are replaced, and the next success resolves it', async (t) => {
  const { canary, clock, goRound, send, channel, told, done, metric } = await openCanaries(t);
  await goRound();
  await clock.advance(5 * minute);
  await canary.round();
  await clock.advance(3_000);
  await send();
  await clock.advance(57_000 - 1);
  await canary.round();
  assert.equal(told.length, 1, 'not yet late');
  await clock.advance(1);
  await canary.round();
  await send();
  assert.equal(channel.size, 0, 'it is deleted all the same');
  const { status, severity, text, title } = last(told);
  assert.deepEqual([status, severity, title], ['firing', 'error', 'A test message through Slack does not come back']);
  assert.equal(
    text,
    'Slack took the message 3 s after it was accepted, but its event did not come back within 60 s. The sockets are replaced.',
  );
  assert.equal(done.renewed, 1);
  assert.equal(done.back, 1, 'the outside switch is not called');
  assert.equal(canary.health().state, 'degraded');
  assert.equal(await metric('runs_total{result="no_event"}'), 1);
  await goRound();
  assert.equal(last(told).status, 'resolved');
  assert.equal(canary.health().state, 'ok');
});

test('while events do not come back the report stays the same, so that an incident resolved by hand stays resolved', async (t) => {
  const { canary, clock, send, told, faults } = await openCanaries(t);
  const fail = async (sendMs: number) => {
    await canary.round();
    await clock.advance(sendMs);
    await send();
    await clock.advance(minute);
    await canary.round();
    await send();
  };
  await fail(100);
  await fail(2_000);
  await fail(700);
  assert.equal(told.length, 3);
  assert.equal(new Set(told.map(({ text }) => text)).size, 1);
  faults.refusesPosts = 'is_archived';
  await fail(0);
  assert.match(last(told).text, /is_archived/, 'another leg is news');
});

test('a canary that Slack refuses to delete is told in the log', async (t) => {
  const { canary, clock, goRound, send, store, logged } = await openCanaries(t);
  await goRound();
  await clock.advance(5 * minute);
  await canary.round();
  const [text = ''] = await send();
  canary.heard(text);
  await canary.round();
  const [{ delivery, tat } = assert.fail()] = await store.claim(clock.now(), 30_000, 1);
  assert.equal(delivery.pending, 'delete');
  const refused = { to: 'changed', error: 'cant_delete_message', readyAt: clock.now(), tat } as const;
  await store.settle(delivery, refused, clock.now());
  await clock.advance(5 * minute);
  await canary.round();
  assert.deepEqual(
    logged.map((line) => JSON.parse(line)).map(({ msg, error }) => [msg, error]),
    [['the last canary could not be deleted in Slack', 'cant_delete_message']],
  );
});

test('sockets are replaced once in ten minutes, and never while no canary ever came back', async (t) => {
  const { canary, clock, goRound, send, told, done } = await openCanaries(t);
  const silence = async () => {
    await canary.round();
    await send();
    await clock.advance(minute);
    await canary.round();
    await send();
  };
  await silence();
  assert.equal(done.renewed, 0);
  assert.match(last(told).text, /None ever came back: the bot must be a member of the channel/);
  await goRound();
  await clock.advance(5 * minute);
  for (let minutes = 1; minutes <= 10; minutes += 1) await silence();
  assert.equal(done.renewed, 1);
  await silence();
  assert.equal(done.renewed, 2);
});

test('Slack that does not take the message is told apart, with its last error', async (t) => {
  const { canary, clock, told, channel, store, faults, send } = await openCanaries(t);
  await canary.round();
  const [{ delivery, tat } = assert.fail()] = await store.claim(clock.now(), 30_000, 1);
  const retry = { to: 'retry', error: 'HTTP 503', outcomeUnknown: true, readyAt: clock.now() + minute, tat } as const;
  await store.settle(delivery, retry, clock.now());
  await clock.advance(minute);
  await canary.round();
  assert.match(last(told).text, /^Slack did not take the message within 60 s: HTTP 503\.$/);
  const state = await store.delivery(delivery.id);
  assert.equal(state?.pending, 'delete', 'its outcome is unknown, so the worker looks it up and deletes it');
  assert.equal(channel.size, 0);

  faults.refusesPosts = 'channel_not_found: <nowhere>';
  await canary.round();
  await clock.advance(1_000);
  await send();
  await send();
  await canary.round();
  assert.match(last(told).text, /^Slack refused the message: channel_not_found: &lt;nowhere&gt;\.$/, 'told at once');
});

test('a message that came back but is not in the ledger as sent is told as that', async (t) => {
  const { canary, clock, told, store } = await openCanaries(t);
  await canary.round();
  const [{ delivery } = assert.fail()] = await store.claim(clock.now(), 300_000, 1);
  canary.heard(delivery.text);
  await clock.advance(minute);
  await canary.round();
  assert.match(last(told).text, /^The message came back from Slack, but the ledger has it as "sending"\./);
});

test('a signal that the store refuses is told later', async (t) => {
  const { canary, clock, told, faults, goRound } = await openCanaries(t);
  faults.signals = true;
  await assert.rejects(goRound(), { code: 'ERR_STORE_UNAVAILABLE' });
  assert.equal(told.length, 0);
  faults.signals = false;
  await clock.advance(10_000);
  await canary.round();
  assert.equal(last(told).status, 'resolved');
});

test('of two programs on a store one sends, and an event that the other one receives counts', async (t) => {
  const { canary, program, clock, send, metric, told, channel } = await openCanaries(t);
  const other = await program();
  await canary.round();
  await other.canary.round();
  const texts = await send();
  assert.equal(texts.length, 1);
  await clock.advance(700);
  other.canary.heard(String(texts[0]));
  await clock.advance(300);
  await other.canary.round();
  await canary.round();
  await send();
  assert.equal(await metric('seconds{leg="event"}'), 0.7, 'by the time at which the other one received it');
  assert.equal(last(told).status, 'resolved');
  assert.equal(channel.size, 0);
  await other.canary.round();
  assert.deepEqual(await send(), []);
});

test('the other program on the store replaces its sockets, too', async (t) => {
  const { canary, program, clock, goRound, send, done } = await openCanaries(t);
  const other = await program();
  await goRound();
  await other.canary.round();
  await clock.advance(5 * minute);
  await canary.round();
  await send();
  await clock.advance(minute);
  await canary.round();
  await other.canary.round();
  await other.canary.round();
  assert.deepEqual([done.renewed, other.done.renewed], [1, 1]);
  const started = await program();
  await started.canary.round();
  assert.equal(started.done.renewed, 0, 'its sockets are new');
});

test('a stop deletes the canary that is on its way', async (t) => {
  const { canary, program, send, channel, told } = await openCanaries(t);
  await canary.round();
  await send();
  assert.equal(channel.size, 1);
  await canary.stop();
  await send();
  assert.equal(channel.size, 0);
  assert.deepEqual(told, [], 'nothing is known of the way');
  const next = await program();
  await next.canary.round();
  assert.equal((await send()).length, 0, 'the lease of the stopped program is still there');
});

test('after a crash the next program deletes the canary that was left, and sends its own', async (t) => {
  const { canary, program, clock, send, channel } = await openCanaries(t);
  await canary.round();
  const [left = ''] = await send();
  const next = await program();
  await next.canary.round();
  assert.deepEqual([...channel.values()], [left]);
  await clock.advance(30_000);
  await next.canary.round();
  await send();
  await clock.advance(2_000);
  await send();
  assert.equal(channel.size, 1);
  assert.ok(![...channel.values()].includes(left));
  assert.equal(await next.metric('runs_total{result="interrupted"}'), 1);
});

test('a program that was held up leaves its canary to the one that took over', async (t) => {
  const { canary, program, clock, send, channel, metric, told } = await openCanaries(t);
  const other = await program();
  await canary.round();
  const [left = ''] = await send();
  await clock.advance(31_000);
  await other.canary.round();
  await canary.round();
  await send();
  await clock.advance(2_000);
  const [text = ''] = await send();
  canary.heard(left);
  canary.heard(text);
  await settled();
  await other.canary.round();
  await canary.round();
  await send();
  assert.equal(channel.size, 0);
  assert.equal(await metric('runs_total{result="ok"}'), 0);
  assert.equal(await other.metric('runs_total{result="ok"}'), 1);
  assert.equal(told.length, 1);
});

test('a clock that is set back delays no canary', async (t) => {
  const { canary, clock, goRound, send } = await openCanaries(t);
  await goRound();
  clock.jump(-3_600_000);
  await clock.advance(31_000);
  await canary.round();
  assert.equal((await send()).length, 1);
});
