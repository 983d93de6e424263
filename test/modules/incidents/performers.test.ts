import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { AlertmanagerFailed, createAlertmanager } from '../../../src/modules/incidents/alertmanager.ts';
import { createSilencePerformers } from '../../../src/modules/incidents/performers.ts';
import { startFakeAlertmanager } from '../../fakes/alertmanager/index.ts';
import { alert, notification, resolved } from './notifications.ts';
import { hour, openIncidents, signal } from './support.ts';

const anna = { actor: { kind: 'slack', name: 'U1' }, name: 'anna' } as const;

async function setUp(t: TestContext) {
  const parts = await openIncidents(t, { hasAlertmanager: true });
  const { store, clock } = parts;
  const fake = await startFakeAlertmanager(clock.now);
  t.after(() => fake.close());
  const alertmanager = createAlertmanager(fake.url);
  const performers = createSilencePerformers({ store, alertmanager, clock });

  /** Performs what was accepted, as the pipeline does. */
  async function perform(): Promise<string[]> {
    const told: string[] = [];
    for (const { effect } of await store.claimEffects(clock.now(), 120_000, 10)) {
      told.push((await performers[effect.name]?.(effect.argument, effect.asker)) ?? 'unknown');
      await store.finishEffect(effect.id, {});
    }
    return told;
  }
  return { ...parts, fake, performers, perform };
}

const two = notification([alert(), alert({ labels: { instance: 'db-2' } })]);

test('a silence reaches Alertmanager, one for the labels of each alert, and ends with the incident', async (t) => {
  const { incidents, desk, perform, fake, store, clock } = await setUp(t);
  await incidents.take(two);
  await desk.act(1, { act: 'silence', for: 'until solved' }, anna);
  assert.deepEqual(await perform(), ['']);
  const silences = [...fake.silences.values()];
  assert.deepEqual(
    silences.map(({ matchers, createdBy, comment }) => [
      Object.fromEntries(matchers.map(({ name, value }) => [name, value])),
      createdBy,
      comment,
    ]),
    two.alerts.map(({ labels }) => [labels, 'U1 in Slack', 'Ultronex #1: DiskFull']),
  );
  assert.deepEqual((await store.incident('T1', 1))?.silences, fake.active());
  await clock.advance(hour);
  await incidents.take(resolved(two));
  await perform();
  assert.deepEqual(fake.active(), []);
  assert.deepEqual((await store.incident('T1', 1))?.silences, []);
});

test('a second silence replaces the first, and its end by hand ends it in Alertmanager', async (t) => {
  const { incidents, desk, perform, fake, clock } = await setUp(t);
  await incidents.take(two);
  await desk.act(1, { act: 'silence', for: '1h' }, anna);
  await perform();
  await clock.advance(60_000);
  await desk.act(1, { act: 'silence', for: '8h' }, anna);
  await perform();
  const active = fake.active().map((id) => fake.silences.get(id)?.endsAt);
  assert.deepEqual(new Set(active), new Set([new Date(clock.now() + 8 * hour).toISOString()]));
  await desk.act(1, { act: 'silence', for: 'off' }, anna);
  await perform();
  assert.deepEqual(fake.active(), []);
});

test('a person of Slack gets the outcome, also of a failure, and the incident stays silenced here', async (t) => {
  const { incidents, desk, store, performers, fake } = await setUp(t);
  await incidents.take(two);
  const asker = { team: 'T1', user: 'U1', channel: 'C1', isPrivate: true, trace: 'x' };
  const { unit } = await desk.decide(1, { act: 'silence', for: '1h' }, anna);
  await store.accept(unit);
  const [effect] = unit.effects;
  assert.equal(effect?.name, 'silence-alertmanager');
  const run = () => performers['silence-alertmanager']?.(effect?.argument ?? '', asker);
  assert.equal(await run(), 'Alertmanager is silent about it, too.');
  await fake.close();
  await assert.rejects(
    async () => run(),
    (error) => {
      assert.ok(error instanceof AlertmanagerFailed);
      assert.match(error.message, /^#1 is not silenced in Alertmanager: Alertmanager /, 'it names the incident');
      return true;
    },
  );
  assert.notEqual((await store.incident('T1', 1))?.silenced, null);
});

test('what does not come from Alertmanager asks it for nothing', async (t) => {
  const { incidents, desk, perform } = await setUp(t);

  await incidents.signal(signal('firing'));
  await desk.act(1, { act: 'silence', for: '1h' }, anna);
  await desk.act(1, { act: 'silence', for: 'off' }, anna);
  assert.deepEqual(await perform(), []);
});

test('a silence that is asked for while the incident is being resolved leaves nothing silent in Alertmanager', async (t) => {
  const { incidents, desk, perform, fake, store, clock } = await setUp(t);
  await incidents.take(two);
  await desk.act(1, { act: 'silence', for: 'until solved' }, anna);
  await clock.advance(1_000);
  await incidents.take(resolved(two));
  await perform();
  assert.deepEqual([[...fake.silences.keys()], (await store.incident('T1', 1))?.silences], [[], []]);
});

test('an interrupted silence is made again, and what its first attempt left in Alertmanager ends', async (t) => {
  const { incidents, desk, perform, performers, fake, store, clock } = await setUp(t);
  assert.ok(Object.values(performers).every(({ repeatable }) => repeatable));
  await incidents.take(two);
  await desk.act(1, { act: 'silence', for: 'until solved' }, anna);
  // A program that is killed after Alertmanager's answer stores nothing of it.
  const alertmanager = createAlertmanager(fake.url);
  const leave = async (comment: string) =>
    alertmanager.silence({ instance: 'db-1' }, clock.now() + hour, 'U1 in Slack', comment);
  await leave('Ultronex #1: DiskFull');
  const other = await leave('Ultronex #11: DiskFull');

  await perform();
  const silences = (await store.incident('T1', 1))?.silences ?? [];
  assert.deepEqual([silences.length, fake.active()], [2, [other, ...silences]]);

  await incidents.take(resolved(two));
  await perform();
  await leave('Ultronex #1: DiskFull');
  assert.equal(fake.active().length, 2);
  const argument = JSON.stringify({ number: 1 });
  const asker = { team: 'T1', user: '', channel: 'C1', isPrivate: false, trace: 'x' };
  assert.equal(await performers['silence-alertmanager']?.(argument, asker), '', 'it is resolved by now');
  assert.deepEqual(fake.active(), [other]);
});

test('silences whose end failed are ended later, since they would hide the next incident', async (t) => {
  const { incidents, desk, perform, fake, store, clock, upkeep } = await setUp(t);
  await incidents.take(two);
  await desk.act(1, { act: 'silence', for: 'until solved' }, anna);
  await perform();
  fake.fault = { kind: 'reply', status: 500, body: 'no' };
  await incidents.take(resolved(two));
  assert.deepEqual(await perform(), ['']);
  assert.equal(fake.active().length, 2);
  fake.fault = null;
  await upkeep();
  assert.deepEqual(await perform(), [], 'not at once');
  await clock.advance(300_000);
  await upkeep();
  await upkeep();
  assert.deepEqual(await perform(), ['']);
  assert.deepEqual([fake.active(), (await store.incident('T1', 1))?.silences], [[], []]);
  await clock.advance(600_000);
  await upkeep();
  assert.deepEqual(await perform(), []);
});

test('an incident that is resolved while its silence is being made leaves nothing silent in Alertmanager', async (t) => {
  const { incidents, desk, store, clock, fake } = await setUp(t);
  await incidents.take(two);
  await desk.act(1, { act: 'silence', for: 'until solved' }, anna);
  const alertmanager = createAlertmanager(fake.url);
  let asked = 0;
  const performers = createSilencePerformers({
    ...{ store, clock },
    alertmanager: {
      ...alertmanager,
      async silence(...given) {
        asked += 1;
        if (asked === 1) await incidents.take(resolved(two));
        return alertmanager.silence(...given);
      },
    },
  });
  const [job] = await store.claimEffects(clock.now(), 120_000, 1);
  assert.ok(job);
  await performers['silence-alertmanager']?.(job.effect.argument, job.effect.asker);
  assert.deepEqual([asked, fake.active(), (await store.incident('T1', 1))?.silences], [2, [], []]);
});
