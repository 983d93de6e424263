import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startReceiver } from '../destinations/named/support.ts';
import { startFakeSlack } from '../fakes/slack/index.ts';
import { eventually, type Program, slackEnv, startProgram } from '../support/program.ts';
import { tempDir } from '../support/temp.ts';

const kills = 20;
/** Each sender has hooks and a channel of its own: Slack's pace is one message a second and channel. */
const senders = Array.from({ length: 24 }, (_, index) => ({ id: `C${200 + index}`, name: `load-${index}` }));
const secret = 'a secret of the test';

const hookFile = `hooks:\n${senders
  .map(
    ({ id, name }) => `  - name: says-${name}
    channel: ${id}
    verify: { bearer: '${secret}' }
    message: { text: '{{ body.text }}' }
  - name: feels-${name}
    channel: ${id}
    verify: { bearer: '${secret}' }
    incident: { key: '{{ body.key }}', status: '{{ body.status }}', title: '{{ body.key }}', severity: critical }
`,
  )
  .join('')}`;

/**
 * Senders of webhooks try again until they get an answer, as real ones do. Killed twenty times with SIGKILL meanwhile, the
 * program posts each message once, makes one card of each incident, ends it, and tells a destination of its begin and end.
 */
test('kill -9, twenty times: each hook acts once, each incident is one card that ends', {
  timeout: 290_000,
}, async (t) => {
  const [slack, receiver] = await Promise.all([
    startFakeSlack({ teams: [{ id: 'T1', channels: senders }] }),
    startReceiver(t),
  ]);
  t.after(() => slack.stop());
  const [dataDir, folder] = [tempDir(t), tempDir(t)];
  for (const [name, text] of [
    ['hooks', hookFile],
    ['destinations', `destinations: [{ name: archive, webhook: '${receiver.url}/in', when: always }]\n`],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'all.yaml'), text);
  }
  // Merging would make one message of several.
  const env = {
    ...slackEnv(slack),
    MERGE: 'off',
    HOOKS_DIR: join(folder, 'hooks'),
    DESTINATIONS_DIR: join(folder, 'destinations'),
  };
  let program: Program | null = null;
  let done = false;
  const said: string[] = [];
  const incidents: string[] = [];

  /** Sends until it is answered. Another attempt has the same id, as the standard asks for. */
  async function send(hook: string, id: string, body: object): Promise<void> {
    for (;;) {
      const running = program;
      try {
        const headers = { authorization: `Bearer ${secret}`, 'webhook-id': id };
        const answer = await running?.api('POST', `/ultronex/hooks/${hook}`, body, headers);
        if (answer?.status === 200) return;
        // A program that has just started may not have read the hooks yet.
        if (answer !== undefined) assert.ok([401, 503].includes(answer.status), JSON.stringify(answer));
      } catch (error) {
        if (error instanceof assert.AssertionError) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function live({ name }: { name: string }): Promise<void> {
    for (let turn = 0; !done; turn += 1) {
      const text = `${name} says ${turn}, and the word is w${name}x${turn}`;
      await send(`says-${name}`, `${name}-${turn}`, { text });
      said.push(text);
      const key = `${name} is wet ${turn}`;
      await send(`feels-${name}`, `${name}-${turn}-firing`, { key, status: 'firing' });
      await send(`feels-${name}`, `${name}-${turn}-resolved`, { key, status: 'resolved' });
      incidents.push(key);
      // Slower than Slack's pace, so that the end is not far.
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    }
  }

  const living = senders.map(live);
  for (let kill = 0; kill < kills; kill += 1) {
    program = await startProgram(t, { dataDir, env });
    await new Promise((resolve) => setTimeout(resolve, 200 + ((kill * 97) % 500)));
    const running = program;
    program = null;
    await running.kill('SIGKILL');
  }
  program = await startProgram(t, { dataDir, env });
  done = true;
  await Promise.all(living);

  const shown = () => slack.botPosts.map(({ text }) => text);
  const missing = () => {
    const texts = shown();
    return [
      ...said.filter((text) => !texts.includes(text)),
      ...incidents.filter((key) => !texts.some((text) => isEnd(text, key))),
    ];
  };
  await eventually('every message, and the end of every incident', () => missing().length === 0, 100_000).catch(() =>
    assert.deepEqual(missing(), [], shown().join('\n')),
  );
  for (const text of said) assert.equal(shown().filter((each) => each === text).length, 1, text);
  for (const key of incidents)
    assert.equal(shown().filter((text) => text.includes(`*${key}*`)).length, 1, `one card: ${key}`);
  const toldOf = (key: string) => {
    const all = receiver.received.filter(({ body }) => JSON.parse(body).data.title.includes(` ${key} · `));
    return new Set(all.map(({ headers }) => headers['webhook-id'])).size;
  };
  await eventually(
    'begin and end of each at the destination',
    () => incidents.every((key) => toldOf(key) >= 2),
    60_000,
  );
  for (const key of incidents) assert.equal(toldOf(key), 2, `begin and end: ${key}`);
  t.diagnostic(
    `${kills} kills, ${said.length} messages, ${incidents.length} incidents, ${receiver.received.length} webhooks`,
  );
  assert.ok(said.length >= senders.length && incidents.length >= senders.length, 'there was load');
});

const isEnd = (text: string, key: string) => text.startsWith(':white_check_mark:') && text.includes(`*${key}*`);
