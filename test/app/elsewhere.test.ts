import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { createElsewhere } from '../../src/app/elsewhere.ts';
import { createNamedDestinations, loadDestinations } from '../../src/destinations/named/index.ts';
import type { Tone } from '../../src/domain/tone.ts';
import type { Signal } from '../../src/ports/signals.ts';
import { createSqliteStore } from '../../src/stores/index.ts';
import { startFakeNtfy } from '../fakes/ntfy/index.ts';
import { manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { incident } from '../support/incidents.ts';
import { tempDir } from '../support/temp.ts';

async function start(t: TestContext) {
  const clock = manualClock();
  const options = { file: join(tempDir(t), 's.db'), owner: 'test', clock, onError: assert.ifError };
  const store = await createSqliteStore(options);
  t.after(() => store.close());
  const destinations = createNamedDestinations(clock);
  destinations.replace(
    loadDestinations(
      `destinations:
  - { name: phone, ntfy: 'http://127.0.0.1:1/a', when: slack-down, severity: warning }
  - { name: other, ntfy: 'http://127.0.0.1:1/b', when: always }
`,
      'd.yaml',
    ),
  );
  const told: Signal[] = [];
  const signals = {
    async signal(signal: Signal) {
      told.push(signal);
      return { msg: '', id: null };
    },
  };
  let ids = 0;
  const parts = { store, destinations, signals, clock, newId: () => `copy-${++ids}`, ttlMs: 3_600_000 };
  const copies = async () =>
    (await store.deliveries({}, null, 50)).items.filter(({ destination }) => destination.kind === 'ntfy');
  return { clock, store, destinations, told, look: createElsewhere(parts), again: createElsewhere(parts), copies };
}

test('a card that Slack does not have within two minutes goes elsewhere once, also after a restart', async (t) => {
  const { clock, store, look, again, copies } = await start(t);
  const card = (id: string, text: string, source = 'incident') =>
    newDelivery(clock.now(), { id, text, source, similarKey: null });
  const deliveries = [card('a', ':x: disk'), card('b', ':information_source: note'), card('c', ':x: x', 'api')];
  const of = (number: number, severity: 'critical' | 'info', id: string, more = {}) => ({
    incident: incident({ number, key: id, severity, card: id, ...more }),
    history: [],
  });
  // A reply in a thread and the digest are no cards.
  deliveries.push(card('d', 'anna is on it.'));
  await store.accept({ deliveries, incidents: [of(1, 'critical', 'a'), of(2, 'info', 'b')] });
  await look();
  assert.deepEqual(await copies(), []);
  await clock.advance(120_000);
  await look();
  await look();
  await again();
  assert.deepEqual(
    (await copies()).map(({ text, destination, source }) => [text, destination, source]),
    [[':x: disk', { kind: 'ntfy', address: 'phone' }, 'incident']],
  );
  const edit = (text: string, more = {}) =>
    store.accept({
      edits: [{ id: 'a', content: { text, tone: 'resolved' } }],
      incidents: [of(1, 'critical', 'a', more)],
    });
  await edit(':x: disk, anna is on it', { revision: 1 });
  await look();
  assert.equal((await copies()).length, 1, 'an acknowledgement is not told again');
  await edit(':white_check_mark: disk', { revision: 2, status: 'resolved' });
  await look();
  assert.deepEqual(
    (await copies()).map(({ text }) => text),
    [':white_check_mark: disk', ':x: disk'],
    'the end goes where the begin went',
  );
});

test('a destination that fails for five minutes is an incident, which ends when it works again', async (t) => {
  const { clock, destinations, told, look } = await start(t);
  const destination = { kind: 'ntfy', address: 'other' } as const;
  const send = () => destinations.sender.post({ deliveryId: 'x', team: '', destination, text: 'x' });
  await send();
  await look();
  assert.deepEqual(told, []);
  await clock.advance(300_000);
  await look();
  const firing = told.at(0) as Signal | undefined;
  assert.deepEqual([firing?.key, firing?.status, firing?.severity], ['destination:other', 'firing', 'error']);
  assert.match(firing?.text ?? '', /The last error: `econnrefused`/);
  destinations.replace([]);
  await look();
  assert.deepEqual(
    told.map(({ status }) => status),
    ['firing', 'resolved'],
  );
});

test('after a restart the incident of a destination ends when a message arrives there, or when it is not configured', async (t) => {
  const { store, destinations, told, look } = await start(t);
  const ntfy = await startFakeNtfy();
  t.after(() => ntfy.close());
  destinations.replace(loadDestinations(`destinations: [{ name: phone, ntfy: '${ntfy.url}/a' }]`, 'd.yaml'));
  const open = (number: number, key: string) => ({ incident: incident({ number, key }), history: [] });
  const incidents = [open(1, 'signal:destination:phone'), open(2, 'signal:destination:removed'), open(3, 'signal:x')];
  await store.accept({ incidents });
  const ended = () => told.map(({ key, status }) => `${key} ${status}`);
  await look();
  assert.deepEqual(ended(), ['destination:removed resolved'], 'of the other one nothing is known yet');
  const destination = { kind: 'ntfy', address: 'phone' } as const;
  await destinations.sender.post({ deliveryId: 'x', team: '', destination, text: 'x' });
  await look();
  await look();
  assert.deepEqual(ended(), ['destination:removed resolved', 'destination:phone resolved']);
});

test('the severity of an incident decides where its card goes, with its tone', async (t) => {
  const { clock, store, look, copies } = await start(t);
  const severities = ['info', 'warning', 'critical'] as const;
  const card = (id: string, tone: Tone) =>
    newDelivery(clock.now(), { id, text: 'Disk', source: 'incident', similarKey: null, tone });
  await store.accept({
    deliveries: severities.map((severity) => card(severity, severity === 'warning' ? 'resolved' : severity)),
    incidents: severities.map((severity, index) => ({
      incident: incident({ number: index + 1, key: severity, severity, card: severity }),
      history: [],
    })),
  });
  await clock.advance(120_000);
  await look();
  assert.deepEqual((await copies()).map(({ tone }) => tone).sort(), ['critical', 'resolved']);
});

test('a destination that fails at one program and works at another one is an incident that ends', async (t) => {
  const { clock, told, store, destinations: one, look } = await start(t);
  const ntfy = await startFakeNtfy();
  t.after(() => ntfy.close());
  const other = createNamedDestinations(clock, (outcome) => one.takeOutcome(outcome));
  other.replace(loadDestinations(`destinations: [{ name: other, ntfy: '${ntfy.url}/a' }]`, 'd.yaml'));
  const signals = { signal: async (signal: Signal) => ({ msg: String(told.push(signal)), id: null }) };
  const lookThere = createElsewhere({ store, destinations: other, signals, clock, newId: () => 'x', ttlMs: 60_000 });
  const send = (from: typeof one) =>
    from.sender.post({ deliveryId: 'x', team: '', destination: { kind: 'ntfy', address: 'other' }, text: 'x' });
  await send(one);
  await clock.advance(300_000);
  await look();
  await lookThere();
  await send(other);
  await clock.advance(15_000);
  await look();
  await lookThere();
  assert.deepEqual(
    told.map(({ status }) => status),
    ['firing', 'resolved'],
  );
});
