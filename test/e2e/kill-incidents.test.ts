import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startReceiver } from '../destinations/named/support.ts';
import { startFakeAlertmanager } from '../fakes/alertmanager/index.ts';
import { startFakeLoki } from '../fakes/loki/index.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { alert, notification, resolved } from '../modules/incidents/notifications.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const kills = 20;
const secret = 'a secret of the test';
/** The channel of Alertmanager and Grafana. Each hook has a channel of its own: Slack's pace is one message a second and channel. */
const alerts = { id: 'C100', name: 'alerts' };
const hooks = Array.from({ length: 6 }, (_, index) => ({ id: `C${200 + index}`, name: `hook-${index}` }));
const hookFile = `hooks:\n${hooks
  .map(
    ({ id, name }) => `  - name: ${name}
    channel: ${id}
    verify: { bearer: '${secret}' }
    incident: { key: '{{ body.key }}', status: '{{ body.status }}', title: '{{ body.key }}', severity: critical }
`,
  )
  .join('')}`;

type Status = 'firing' | 'resolved';
interface Sender {
  name: string;
  path: string;
  body(key: string, status: Status): object;
  /** Time between the end of an incident and the next one, milliseconds. */
  pauseMs: number;
}

function groupOf(key: string, status: Status) {
  const labels = { alertname: key, container: 'web' };
  const startsAt = new Date(Date.now() - 60_000).toISOString();
  const firing = notification([alert({ labels, startsAt, fingerprint: key })], { groupKey: key });
  const group = { ...firing, groupLabels: { alertname: key } };
  return status === 'firing' ? group : resolved(group);
}

const senders: Sender[] = [
  { name: 'alertmanager', path: 'alertmanager', body: groupOf, pauseMs: 4_000 },
  {
    ...{ name: 'grafana', path: 'grafana', pauseMs: 4_000 },
    body: (key, status) => ({ ...groupOf(key, status), version: '1', orgId: 1, title: key, state: 'x', message: 'x' }),
  },
  ...hooks.map(({ name }) => ({
    ...{ name, path: name, pauseMs: 2_000 },
    body: (key: string, status: Status) => ({ key, status }),
  })),
];

/** How people treat an incident: with buttons and commands in Slack, or over HTTP. */
const plans = [
  { ack: 'button', silence: 'until solved', by: 'button', end: 'source' },
  { ack: 'http', silence: 'until solved', by: 'http', end: 'http' },
  { ack: 'button', silence: '1h', by: 'http', end: 'source' },
  { ack: 'http', silence: '8h', by: 'button', end: 'command' },
] as const;

interface Shown {
  number: number;
  state: string;
  acknowledged: object | null;
  silenced: object | null;
  card: { state: string } | null;
  history: { kind: string }[];
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Sources send again until they are answered, and people press again until the incident shows it. Killed twenty times with
 * SIGKILL meanwhile, the program makes one card of each incident and tells each change once, everywhere.
 */
test('kill -9, twenty times: an incident of each source is one card, one thread and one history, to its end', {
  timeout: 290_000,
}, async (t) => {
  const [slack, receiver, alertmanager, loki] = await Promise.all([
    startFakeSlack({ teams: [{ id: 'T1', channels: [alerts, ...hooks] }] }),
    startReceiver(t),
    startFakeAlertmanager(),
    startFakeLoki(),
  ]);
  t.after(() => Promise.all([slack.stop(), alertmanager.close(), loki.close()]));
  const [dataDir, folder] = [tempDir(t), tempDir(t)];
  for (const [name, text] of [
    ['hooks', hookFile],
    ['destinations', `destinations: [{ name: archive, webhook: '${receiver.url}/in', when: always }]\n`],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'all.yaml'), text);
  }
  const env = {
    ...slackEnv(slack),
    HOOKS_DIR: join(folder, 'hooks'),
    DESTINATIONS_DIR: join(folder, 'destinations'),
    ...{ ALERT_CHANNEL: alerts.id, ALERTMANAGER_URL: alertmanager.url, LOKI_READ_URL: loki.url },
  };
  let program: Program | null = null;
  let done = false;
  const endsAt = Date.now() + 270_000;
  const keys: { key: string; plan: (typeof plans)[number] }[] = [];

  /** Resolves with null while no program answers. */
  async function call(method: string, path: string, body?: object, headers = {}) {
    const running = program;
    try {
      return (await running?.api(method, `/ultronex/${path}`, body, headers)) ?? null;
    } catch {
      return null;
    }
  }

  async function report({ name, path, body }: Sender, key: string, status: Status): Promise<void> {
    const sent = body(key, status);
    const headers = { 'webhook-id': `${key}-${status}`, ...(name.startsWith('hook') && bearer) };
    for (;;) {
      const answer = await call('POST', `hooks/${path}`, sent, headers);
      if (answer?.status === 200) return;
      // A program that has just started may not have read the hooks yet.
      if (answer !== null) assert.ok([401, 503].includes(answer.status), JSON.stringify(answer));
      await pause(20);
    }
  }

  async function look(key: string): Promise<Shown | null> {
    const found = await call('GET', `incidents?search=${key}`);
    const number = found?.body.incidents?.[0]?.number;
    const answer = number === undefined ? null : await call('GET', `incidents/${number}`);
    return answer?.status === 200 ? answer.body : null;
  }

  /** Acts until the incident shows it. Looks for a while before it acts again, unless the program was killed. */
  async function achieve(
    key: string,
    what: string,
    isDone: (shown: Shown) => boolean,
    act: (shown: Shown) => Promise<unknown>,
  ) {
    for (;;) {
      const shown = await look(key);
      assert.ok(Date.now() < endsAt, `${key} is not ${what}: ${JSON.stringify(shown)}`);
      if (shown !== null && isDone(shown)) return;
      const actedOn = program;
      if (shown !== null) await act(shown);
      for (let looks = 0; looks < 20 && program === actedOn && shown !== null; looks += 1) {
        const after = await look(key);
        if (after !== null && isDone(after)) return;
        await pause(100);
      }
      await pause(50);
    }
  }

  const cardOf = (key: string) =>
    slack.botPosts.find(({ thread_ts, text }) => thread_ts === undefined && text.includes(`*${key}*`));

  async function press(key: string, command: string, user: string): Promise<void> {
    const card = cardOf(key);
    const button = buttonsOf(card?.attachments).find(({ value }) => value === command);
    if (card === undefined || button === undefined) return;
    await slack.pressButton({ ...button, channel: card.channel, ts: card.ts, user });
  }

  async function treat(sender: Sender, key: string, plan: (typeof plans)[number]): Promise<void> {
    await achieve(
      key,
      'acknowledged',
      ({ acknowledged }) => acknowledged !== null,
      ({ number }) =>
        plan.ack === 'http' ? call('POST', `incidents/${number}/ack`, {}) : press(key, `ack ${number}`, 'U1'),
    );
    await achieve(
      key,
      'silenced',
      ({ silenced }) => silenced !== null,
      ({ number }) =>
        plan.by === 'http'
          ? call('POST', `incidents/${number}/silence`, { for: plan.silence })
          : press(key, `silence ${number} ${plan.silence}`, 'U2'),
    );
    // The end of a card that is not in Slack yet needs no reply.
    if (plan.end !== 'http')
      await achieve(
        key,
        'in Slack',
        ({ card }) => card?.state === 'sent',
        async () => {},
      );
    if (plan.end !== 'source') {
      await achieve(
        key,
        'resolved',
        ({ state }) => state === 'resolved',
        ({ number }) =>
          plan.end === 'http'
            ? call('POST', `incidents/${number}/resolve`, { note: 'dry' })
            : slack.slashCommand({ text: `resolve ${number} dry`, user: 'U3', channel: alerts.id }),
      );
    }
    await report(sender, key, 'resolved');
  }

  async function live(sender: Sender, index: number): Promise<void> {
    for (let turn = 0; !done; turn += 1) {
      const key = `${sender.name}-wet-${turn}-`;
      const plan = plans[(index + turn) % plans.length] ?? plans[0];
      await report(sender, key, 'firing');
      keys.push({ key, plan });
      await treat(sender, key, plan);
      await pause(sender.pauseMs);
    }
  }

  /** One of Alertmanager and of Grafana that stays open until its thread has its context. */
  async function stay(sender: Sender): Promise<void> {
    const key = `${sender.name}-long-`;
    await report(sender, key, 'firing');
    keys.push({ key, plan: plans[0] });
    await achieve(
      key,
      'with its context',
      ({ history }) => history.some(({ kind }) => kind === 'context'),
      async () => {},
    );
    await treat(sender, key, plans[0]);
  }

  for (let at = -50; at < 50; at += 1) loki.push({ service_name: 'web' }, Date.now() + at * 1_000, `line ${at}`);
  const living = [...senders.map(live), ...senders.slice(0, 2).map(stay)];
  for (let kill = 0; kill < kills; kill += 1) {
    program = await startProgram(t, { dataDir, env });
    await pause(300 + ((kill * 971) % 3_000));
    const running = program;
    program = null;
    await running.kill('SIGKILL');
  }
  program = await startProgram(t, { dataDir, env });
  done = true;
  await Promise.all(living);

  const repliesOf = (key: string) => {
    const card = cardOf(key);
    return slack.botPosts.filter(({ thread_ts, channel }) => thread_ts === card?.ts && channel === card?.channel);
  };
  const toldOf = (key: string) => {
    const all = receiver.received.filter(({ body }) => JSON.parse(body).data.title.includes(` ${key} · `));
    return new Map(all.map(({ headers, body }) => [headers['webhook-id'], JSON.parse(body).data.title as string]));
  };
  const told = /is on it|silenced it|^Resolved/;
  const least = ({ plan }: (typeof keys)[number]) => (plan.end === 'http' ? 2 : 3);
  const missing = () => [
    ...keys.filter(({ key }) => !isEnd(cardOf(key)?.text ?? '')).map(({ key }) => `end of the card ${key}`),
    ...keys
      .filter((each) => repliesOf(each.key).filter(({ text }) => told.test(text)).length < least(each))
      .map(({ key }) => `replies of ${key}`),
    ...keys.filter(({ key }) => toldOf(key).size < 2).map(({ key }) => `destination of ${key}`),
    ...alertmanager.active().map((id) => `end of ${alertmanager.silences.get(id)?.comment}`),
  ];
  await eventually('everything', () => missing().length === 0, 150_000).catch(() => assert.deepEqual(missing(), []));
  // Nothing more comes.
  const deliveries = async () => (await call('GET', 'messages?state=queued'))?.body.messages ?? null;
  await eventually('an empty outbox', async () => (await deliveries())?.length === 0, 60_000);

  const cards = slack.botPosts.filter(({ thread_ts }) => thread_ts === undefined);
  assert.deepEqual(cards.map(({ text }) => text.match(/\*(.+?)\*/)?.[1]).sort(), keys.map(({ key }) => key).sort());
  assert.equal(new Set(keys.map(({ key }) => key)).size, keys.length);
  for (const { key, plan } of keys) {
    const texts = repliesOf(key).map(({ text }) => text);
    const count = (what: RegExp) => texts.filter((text) => what.test(text)).length;
    const resolvedReplies = count(/^Resolved/);
    assert.deepEqual([count(/is on it/), count(/silenced it/)], [1, 1], `${key}: ${texts}`);
    assert.ok(resolvedReplies === 1 || (plan.end === 'http' && resolvedReplies === 0), `${key}: ${texts}`);
    assert.equal(count(/line -?\d/), key.includes('-long-') ? 1 : 0, `${key}: ${texts}`);
    const titles = [...toldOf(key).values()];
    assert.deepEqual(
      [titles.length, titles.filter((title) => title.startsWith('✅')).length],
      [2, 1],
      `${key}: ${titles}`,
    );
    const kinds = (await look(key))?.history.map(({ kind }) => kind) ?? [];
    for (const kind of ['opened', 'acknowledged', 'silenced', 'resolved']) {
      assert.equal(kinds.filter((each) => each === kind).length, 1, `${kind} of ${key}: ${kinds}`);
    }
    assert.ok(!kinds.includes('posted again'), `${key}: ${kinds}`);
  }
  const places = new Set(cards.map(({ channel, ts }) => `${channel} ${ts}`));
  const outside = slack.botPosts.filter(
    ({ channel, thread_ts }) => thread_ts !== undefined && !places.has(`${channel} ${thread_ts}`),
  );
  assert.deepEqual(outside, []);
  const numbers = await listed(program);
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => b - a),
  );
  assert.deepEqual([numbers.length, new Set(numbers).size], [keys.length, keys.length]);
  t.diagnostic(
    `${kills} kills, ${keys.length} incidents, ${slack.botPosts.length} posts, ${alertmanager.silences.size} silences`,
  );
  assert.ok(keys.length >= senders.length * 2, 'there was load');
});

const bearer = { authorization: `Bearer ${secret}` };
const isEnd = (text: string) => text.startsWith(':white_check_mark:');

/** Numbers of all incidents, newest first, each of which is resolved. */
async function listed(program: Program): Promise<number[]> {
  const numbers: number[] = [];
  let cursor = '';
  for (let pages = 0; pages < 10; pages += 1) {
    const { body } = await program.api('GET', `/ultronex/incidents?limit=20${cursor}`);
    for (const { number, state } of body.incidents) {
      assert.equal(state, 'resolved', `#${number}`);
      numbers.push(number);
    }
    if (body.next === null) break;
    cursor = `&cursor=${encodeURIComponent(body.next)}`;
  }
  return numbers;
}

function buttonsOf(value: unknown): { action_id: string; value: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const { type, action_id, value: command } = value as Record<string, unknown>;
  if (type === 'button') return [{ action_id: String(action_id), value: String(command) }];
  return Object.values(value).flatMap(buttonsOf);
}
