import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AuditEntry } from '../../../src/domain/audit.ts';
import type { IncidentFacts } from '../../../src/domain/incident.ts';
import { slackDate } from '../../../src/domain/text.ts';
import { type ContextParts, createContext } from '../../../src/modules/incidents/context.ts';
import { createLoki } from '../../../src/modules/incidents/loki.ts';
import { createSqliteStore } from '../../../src/stores/index.ts';
import { startFakeLoki } from '../../fakes/loki/index.ts';
import { manualClock } from '../../support/clock.ts';
import { incident } from '../../support/incidents.ts';
import { tempDir } from '../../support/temp.ts';

const at = Date.parse('2026-01-02T03:04:05Z');
const minute = 60_000;
const grafanaUrl = 'https://bot.example.com/grafana/';
const time = `from=${at - 30 * minute}&amp;to=${at + 30 * minute}`;
const labels = { service_name: 'haproxy' };

const of = (facts: Partial<IncidentFacts> = {}, since: number | null = at) => {
  const whole = incident();
  return { ...whole, since, openedAt: at, facts: { ...whole.facts, ...facts } };
};

async function start(t: TestContext, more: Partial<ContextParts> = {}) {
  const file = join(tempDir(t), 'store.db');
  const store = await createSqliteStore({ file, owner: 'test', clock: manualClock(), onError: assert.ifError });
  t.after(() => store.close());
  const fake = await startFakeLoki();
  t.after(() => fake.close());
  const loki = createLoki(fake.url, { timeoutMs: 10_000, mostBytes: 1_000_000 });
  let last = 0;
  return {
    fake,
    context: createContext({ loki, grafanaUrl: null, store, ...more }),
    write: (action: string, minutesBefore: number, more: Partial<AuditEntry> = {}) => {
      last += 1;
      return store.writeAudit({
        ...{ id: String(last), at: at - minutesBefore * minute, actor: { kind: 'token', name: 'ci' }, source: '' },
        ...{ action, target: `v${last}`, outcome: 'done', detail: '', requestId: '', ...more },
      });
    },
  };
}

test('nothing is told when nothing is known', async (t) => {
  const { context, fake } = await start(t);
  assert.equal(await context(of()), null);
  assert.equal(fake.requests.length, 0);
  assert.equal(await context(of({ labels })), null);
});

test('log lines, the last deploy and links to the time are told in one reply', async (t) => {
  const { context, fake, write } = await start(t, { grafanaUrl });
  fake.push(labels, at - 12_300, 'upstream timed out');
  fake.push(labels, at + 400, 'no server is left <!channel> ```');
  await write('deploy', 14.9, { target: 'v1.4.0', detail: 'before: v1.3.0; by ada@server' });
  assert.equal(
    await context(of({ labels: { ...labels, service: 'haproxy' } })),
    [
      `Log lines of *haproxy* around ${slackDate(at)}:`,
      '```',
      '-12.3s  upstream timed out',
      " +0.4s  no server is left &lt;!channel&gt; '''",
      '```',
      'Last change: *deploy v1.4.0*, 14 min before, by ada@server',
      `<https://bot.example.com/grafana/d/haproxy/haproxy?${time}|Dashboard at that time> · ` +
        `<https://bot.example.com/grafana/d/logs/logs?var-service=haproxy&amp;${time}|All log lines>`,
    ].join('\n'),
  );
});

test('the last change is the newest of deploy, rollback, update and release within 24 h before, without failures', async (t) => {
  const { context, write } = await start(t);
  const told = () => context(of());
  await write('deploy', 25 * 60);
  assert.equal(await told(), null);
  await write('deploy', 23 * 60);
  assert.equal(await told(), 'Last change: *deploy v2*, 23h before, by ci');
  await write('update', 90, { target: 'loki *3.7.9* <x>' });
  assert.equal(await told(), 'Last change: *update loki ∗3.7.9∗ &lt;x&gt;*, 1h 30m before, by ci');
  await write('rollback', 0.5, { actor: { kind: 'user', name: '' } });
  assert.equal(await told(), 'Last change: *rollback v4*, less than a minute before');
  await write('deploy', 0.2, { outcome: 'failed' });
  await write('restore', 0.1);
  assert.equal(await told(), 'Last change: *rollback v4*, less than a minute before');
  // Its entry was written when the deploy had ended.
  await write('release', -1);
  assert.equal(await told(), 'Last change: *release v7*, just after, by ci');
  for (let n = 0; n < 12; n += 1) await write('release', -60);
  assert.equal(await told(), 'Last change: *release v7*, just after, by ci');
});

test('without a time of its own, the incident began when it was opened', async (t) => {
  const { context, fake } = await start(t);
  fake.push(labels, at, 'line');
  assert.match((await context(of({ labels }, null))) ?? '', /\+0\.0s {2}line/);
});

test('links go to the dashboard of the service, or to the one that the incident has, at the time', async (t) => {
  const link = async (facts: Partial<IncidentFacts>, url: string | null = grafanaUrl) => {
    const { context } = await start(t, { grafanaUrl: url, loki: null });
    return /<(.*)\|Dashboard at that time>/.exec((await context(of(facts))) ?? '')?.[1] ?? null;
  };
  const base = 'https://bot.example.com/grafana/d';
  for (const [service, uid] of [
    ['ultronex', 'ultronex'],
    ['shop', 'ultronex'],
    ['constructor', 'ultronex'],
    ['containers', 'host'],
    ['loki', 'logs'],
  ]) {
    assert.equal(await link({ labels: { service: service ?? '' } }), `${base}/${uid}/${uid}?${time}`);
  }
  const own = (url: string) => ({ links: [{ name: 'Dashboard', url }] });
  assert.equal(
    await link(own('https://g.example.com/d/abc/x?orgId=1'), null),
    `https://g.example.com/d/abc/x?orgId=1&amp;${time}`,
  );
  // The card has these.
  for (const url of ['https://g.example.com/d/abc/x?from=1&to=2', 'https://wiki.example.com/page', 'nonsense']) {
    assert.equal(await link(own(url)), null, url);
  }
  assert.equal(await link({}, null), null);
});

test('a source that fails is named, and the others are told', async (t) => {
  const failing = { auditEntries: () => Promise.reject(new Error('disk I/O error xoxb-1-secret')) };
  const { context, fake } = await start(t, { store: failing });
  fake.push(labels, at, 'line');
  assert.match((await context(of({ labels }))) ?? '', /\+0\.0s {2}line\n```\nThe audit log did not answer\.$/);
  fake.fault = { kind: 'reply', status: 500, body: '<!channel>' };
  assert.equal(await context(of({ labels })), 'Loki returned 500.\nThe audit log did not answer.');
  fake.fault = { kind: 'reply', status: 400, body: 'bad <!channel>' };
  assert.equal(
    await context(of({ labels })),
    'Loki returned 400: bad &lt;!channel&gt;.\nThe audit log did not answer.',
  );
});

test('twenty long lines of markup, a long name and long links fit into a section of Slack', async (t) => {
  const { context, fake, write } = await start(t, { grafanaUrl: `https://${'x'.repeat(200)}.example.com/` });
  const service = '*<&>'.repeat(50);
  for (let n = -15; n < 15; n += 1) fake.push({ service_name: service }, at + n * 100, '<&>`'.repeat(500));
  await write('deploy', 1, { target: '&'.repeat(200), detail: `by ${'&'.repeat(100)}` });
  const text = (await context(of({ labels: { service_name: service } }))) ?? '';
  assert.ok(text.length <= 3_000 && text.length > 2_000, `${text.length}`);
  assert.equal(text.split('```').length, 3);
  assert.match(text, /Dashboard at that time>$/m);
  assert.doesNotMatch(text.replace(/&(amp|lt|gt);/g, '').replace(/<https:[^<>]*>|<!date[^<>]*>/g, ''), /[<>&]/);
});
