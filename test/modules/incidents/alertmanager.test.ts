import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AlertmanagerFailed, createAlertmanager } from '../../../src/modules/incidents/alertmanager.ts';
import { startFakeAlertmanager } from '../../fakes/alertmanager/index.ts';
import type { Fault } from '../../fakes/http-server.ts';
import { freePort } from '../../support/port.ts';

const now = Date.parse('2026-01-02T00:00:00Z');
const hour = 3_600_000;
const labels = { alertname: 'Disk "full"', instance: 'db-1', empty: '' };

async function start(t: { after(run: () => unknown): void }) {
  const fake = await startFakeAlertmanager(() => now);
  t.after(() => fake.close());
  return { fake, alertmanager: createAlertmanager(fake.url, { timeoutMs: 10_000, mostBytes: 100_000 }) };
}

test('a silence begins at once, has each label as it is, and ends when it is told to', async (t) => {
  const { fake, alertmanager } = await start(t);
  const id = await alertmanager.silence(labels, now + 2 * hour, 'ada', 'Incident 7');
  const { matchers, startsAt, endsAt, createdBy, comment } = fake.silences.get(id) ?? {};
  assert.deepEqual(
    matchers?.map(({ name, value, isRegex, isEqual }) => [name, value, isRegex, isEqual]),
    Object.entries(labels).map(([name, value]) => [name, value, false, true]),
  );
  assert.deepEqual(
    [startsAt, endsAt, createdBy, comment],
    ['2026-01-02T00:00:00.000Z', '2026-01-02T02:00:00.000Z', 'ada', 'Incident 7'],
  );
  assert.deepEqual(fake.active(), [id]);

  await alertmanager.end(id);
  assert.deepEqual(fake.active(), []);
  await alertmanager.end(id);
  fake.silences.clear();
  await alertmanager.end(id);
});

test('two silences never share a connection', async (t) => {
  const { fake, alertmanager } = await start(t);
  await alertmanager.silence(labels, now + hour, 'ada', 'a');
  await alertmanager.silence(labels, now + hour, 'ada', 'b');
  assert.deepEqual(
    fake.requests.map(({ headers }) => headers.connection),
    ['close', 'close'],
  );
});

test('long texts are cut, a silence without an end lasts to a year that Alertmanager takes, and one for every alert is refused', async (t) => {
  const { fake, alertmanager } = await start(t);
  const id = await alertmanager.silence(labels, Number.POSITIVE_INFINITY, 'a'.repeat(5_000), 'c'.repeat(5_000));
  const { endsAt, createdBy, comment } = fake.silences.get(id) ?? {};
  assert.deepEqual([endsAt, createdBy?.length, comment?.length], ['9000-01-01T00:00:00.000Z', 100, 1_000]);
  const everything: Record<string, string>[] = [{}, { alertname: '' }];
  for (const none of everything) {
    await assert.rejects(alertmanager.silence(none, now + hour, 'ada', 'x'), /would silence everything/);
  }
  assert.equal(fake.requests.length, 1);
});

test('whatever Alertmanager returns, the reason is one sentence', async (t) => {
  const { fake, alertmanager } = await start(t);
  const silence = () => alertmanager.silence(labels, now + hour, 'ada', 'x');
  const wrong: [Fault, RegExp][] = [
    [{ kind: 'html' }, /^Alertmanager returned no id of the silence\. Is ALERTMANAGER_URL its address\?$/],
    [{ kind: 'garbage' }, /^Alertmanager returned no id/],
    [{ kind: 'reply', status: 200, body: 'null' }, /^Alertmanager returned no id/],
    [
      { kind: 'reply', status: 200, body: JSON.stringify({ silenceID: 'x'.repeat(101) }) },
      /^Alertmanager returned no id/,
    ],
    [{ kind: 'oversized', bytes: 100_001 }, /^Alertmanager returned more than 100 kB\.$/],
    [{ kind: 'reply', status: 502, body: '<html>' }, /^Alertmanager refused the silence \(502\)\.$/],
    [
      { kind: 'reply', status: 302, headers: { location: 'http://169.254.169.254/' } },
      /^Alertmanager refused the silence \(302\)\.$/,
    ],
    [{ kind: 'hang up' }, /^Alertmanager was not reached \(UND_ERR_SOCKET\)\.$/],
  ];
  for (const [fault, message] of wrong) {
    fake.fault = fault;
    await assert.rejects(silence(), (error) => error instanceof AlertmanagerFailed && message.test(error.message));
  }
  await assert.rejects(alertmanager.end('x'), {
    code: 'ERR_ALERTMANAGER_FAILED',
    message: /^Alertmanager was not reached/,
  });
  fake.fault = null;
  await assert.rejects(alertmanager.silence(labels, now - hour, 'ada', 'x'), {
    message: "Alertmanager refused the silence (400): Failed to create silence: end time can't be in the past.",
  });
  await assert.rejects(alertmanager.silence({ '': 'x' }, now + hour, 'ada', 'x'), /invalid label name ""\.$/);
  await assert.rejects(alertmanager.end('../../x'), {
    message: 'Alertmanager refused the end of the silence (422): silenceID in path must be of type uuid: "../../x".',
  });
  assert.deepEqual(fake.active(), []);
});

test('an Alertmanager that is away or silent costs at most the time-out', async (t) => {
  const { fake } = await start(t);
  fake.fault = { kind: 'silent' };
  const impatient = createAlertmanager(`${fake.url}/`, { timeoutMs: 30, mostBytes: 1_000 });
  await assert.rejects(impatient.end('x'), { message: 'Alertmanager did not answer within 0.03 s.' });
  await assert.rejects(createAlertmanager(`http://127.0.0.1:${await freePort()}/am`).end('x'), {
    message: 'Alertmanager was not reached (ECONNREFUSED).',
  });
});
