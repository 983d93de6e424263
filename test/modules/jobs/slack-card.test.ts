import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Job } from '../../../src/domain/job.ts';
import { openJobs } from './slack-support.ts';

async function setUp(t: TestContext) {
  const parts = await openJobs(t);
  const { store, say, newest, messages, clock } = parts;

  /** Starts a job and resolves with it as it runs. */
  async function running(command = 'run greet NAME=Daniela'): Promise<Job> {
    await say(command);
    return change({ state: 'running', startedAt: clock.now() });
  }
  async function change(more: Partial<Job>): Promise<Job> {
    await store.accept({ jobs: [{ ...(await newest()), ...more }] });
    return newest();
  }
  const ended = (more: Partial<Job> = {}) =>
    change({ state: 'succeeded', exitCode: 0, endedAt: clock.now() + 12_000, ...more });
  const write = async (id: string, ...texts: string[]) => {
    await store.addOutput(
      id,
      texts.map((text) => ({ at: clock.now(), text })),
      null,
    );
  };
  const texts = async () => (await messages()).map(({ text }) => text);
  return { ...parts, running, change, ended, write, texts };
}

const numbered = (count: number, text = 'line') => Array.from({ length: count }, (_, at) => `${text} ${at + 1}`);

test('the output goes into the thread as one message, which is edited', async (t) => {
  const { running, write, cards, messages } = await setUp(t);
  const { id, card } = await running();
  await cards.round();
  assert.equal((await messages()).length, 1, 'no output, no message');
  await write(id, 'hello', '\u001b[31mDaniela\u001b[0m `x` <!channel> password=hunter2');
  await cards.round();
  const [, output, ...more] = await messages();
  assert.deepEqual([output?.replyTo, output?.source, more], [card, 'jobs', []]);
  assert.equal(output?.text, "```\nhello\nDaniela 'x' &lt;!channel&gt; password=[redacted]\n```");
  await write(id, 'bye');
  await cards.round();
  const [, edited, ...others] = await messages();
  assert.deepEqual([edited?.id, others], [output?.id, []]);
  assert.match(edited?.text ?? '', /^```\nhello\n.*\nbye\n```$/s);
  const { revision } = edited ?? {};
  await cards.round();
  assert.equal((await messages())[1]?.revision, revision, 'without a change there is no edit');
});

test('the last lines that fit are shown, with how many there are', async (t) => {
  const { running, write, cards, texts } = await setUp(t);
  const { id } = await running();
  await write(id, ...numbered(1_000));
  await cards.round();
  assert.match((await texts())[1] ?? '', /^The last 40 of 1000 lines:\n```\nline 961\n.*\nline 1000\n```$/s);
  await write(id, ...numbered(40, 'x'.repeat(1_000)));
  await cards.round();
  const text = (await texts())[1] ?? '';
  assert.match(text, /^The last 9 of 1040 lines:/);
  assert.ok(text.length < 3_000);
});

test('the end edits the message, and a call after a crash changes nothing', async (t) => {
  const { running, write, cards, cardsOn, openStore, ended, messages, texts } = await setUp(t);
  const { id } = await running();
  await write(id, 'hello', '::result {"greeted":1}');
  const job = await ended({ result: '{"greeted":1}' });
  await cards.tellEnd(job);
  const [card, output, ...others] = await messages();
  assert.match(
    card?.text ?? '',
    /^:white_check_mark: `greet NAME=Daniela` succeeded after 12s · exit code 0 · ada · `[0-9a-f]{8}`\nResult: `{"greeted":1}`$/,
  );
  assert.deepEqual(card?.buttons, [{ label: 'Run again', command: `run again ${id}` }]);
  assert.deepEqual([output?.text.split('\n')[1], output?.replyTo, others], ['hello', card?.id, []], 'no file');
  const before = [card?.revision, output?.revision, await texts()];
  await cards.tellEnd(job);
  await cardsOn(await openStore()).tellEnd(job);
  const [again, outputAgain] = await messages();
  assert.deepEqual([again?.revision, outputAgain?.revision, await texts()], before);
});

test('each end is told with its reason', async (t) => {
  const { running, cards, ended, texts } = await setUp(t);
  const ends: [end: Partial<Job>, text: RegExp][] = [
    [
      { state: 'failed', exitCode: 137, reason: 'It ran out of <memory>.' },
      /^:x: .* failed after 12s · exit code 137 · .*\nIt ran out of &lt;memory&gt;\.$/,
    ],
    [
      { state: 'failed', exitCode: null, startedAt: null, reason: 'x'.repeat(2_000) },
      /^:x: .* failed · ada · .*\nx{799}…$/,
    ],
    [{ state: 'timed_out', exitCode: null }, /^:alarm_clock: .* ran out of time after 12s · ada/],
    [{ state: 'cancelled', exitCode: 143 }, /^:black_square_for_stop: .* was stopped after 12s · exit code 143/],
    [
      { state: 'failed', reason: '&'.repeat(700), result: `"${'&'.repeat(2_000)}"` },
      /^:x: .*\n(&amp;)+…\nResult: `"(&amp;)+…`$/,
    ],
    [
      { state: 'lost', exitCode: null, result: `{"a":"${'x'.repeat(5_000)}"}` },
      /^:grey_question: .* is lost after 12s · ada · .*\nResult: `{"a":"x+…`$/,
    ],
  ];
  for (const [end, text] of ends) {
    await running();
    await cards.tellEnd(await ended(end));
    const shown = (await texts()).at(-1) ?? '';
    assert.match(shown, text);
    assert.ok(shown.length <= 3_000);
  }
});

test('a long output is a file at the end, with all that is kept', async (t) => {
  const { running, write, cards, ended, messages, store } = await setUp(t);
  const { id } = await running();
  await write(id, ...numbered(500), `Bearer abcdefghijklmnop password=hunter2 ${'é'.repeat(400)}`);
  const job = await ended();
  await cards.tellEnd(job);
  await cards.tellEnd(job);
  const [card, output, file, ...others] = await messages();
  assert.deepEqual([output?.replyTo, file?.replyTo, others], [card?.id, card?.id, []]);
  assert.match(output?.text ?? '', /^The last \d+ of 501 lines/);
  const [{ name, blob } = { name: '', blob: '' }] = file?.attachments ?? [];
  assert.equal(name, `greet-${id.slice(0, 8)}.txt`);
  const bytes = await store.blob(blob);
  const text = Buffer.from(bytes ?? []).toString();
  assert.equal(text, `${numbered(500).join('\n')}\n[redacted] password=[redacted] ${'é'.repeat(400)}\n`);
});

test('an output beyond what is kept makes a file of at most 1 MiB that says what was cut', async (t) => {
  const { running, write, cards, ended, messages, store } = await setUp(t);
  const { id } = await running();
  for (let part = 0; part < 5; part += 1) await write(id, ...numbered(500, 'é'.repeat(450)));
  await cards.tellEnd(await ended());
  const file = (await messages())[2];
  const bytes = await store.blob(file?.attachments[0]?.blob ?? '');
  assert.ok(bytes !== null && bytes.length > 900_000 && bytes.length <= 1_048_576 + 100);
  assert.match(Buffer.from(bytes).toString(), /\[lines \d+ to \d+ were cut, .*\]/);
});

test('a run that waits says so, and a stop that is asked for, too', async (t) => {
  const { say, cards, change, texts, messages } = await setUp(t);
  await say('run greet NAME=x');
  await cards.round();
  assert.match((await texts())[0] ?? '', /^:hourglass_flowing_sand: `greet NAME=x` waits in line · ada/);
  await change({ state: 'starting' });
  await cards.round();
  assert.match((await texts())[0] ?? '', /^:arrow_forward: Running `greet NAME=x`…/);
  await change({ state: 'queued', attempt: 2, mostAttempts: 3, reason: 'Attempt 1 of 3 failed: Its exit code was 1.' });
  await cards.round();
  assert.match((await texts())[0] ?? '', /waits in line · .*\nAttempt 1 of 3 failed/);
  await change({ state: 'running', reason: null });
  await cards.round();
  assert.match((await texts())[0] ?? '', /Running `greet NAME=x`… attempt 2 of 3/);
  await change({ stopAsked: { by: { kind: 'slack', name: 'U1' }, at: 1 } });
  await cards.round();
  const [card] = await messages();
  assert.match(card?.text ?? '', /^Stopping `greet NAME=x`…/);
  assert.deepEqual(card?.buttons ?? [], []);
});

test('two messages a round are edited, those that wait longest first', async (t) => {
  const { running, write, cards, messages } = await setUp(t);
  const jobs: Job[] = [];
  for (let count = 0; count < 5; count += 1) jobs.push(await running());
  for (const { id } of jobs) await write(id, 'x');
  const outputs = async () =>
    (await messages()).filter(({ replyTo }) => replyTo !== undefined).map(({ replyTo }) => replyTo);
  for (const count of [2, 4, 5]) {
    await cards.round();
    assert.deepEqual(
      await outputs(),
      jobs.slice(0, count).map(({ card }) => card),
    );
  }
});

test('a program that does not follow the jobs edits nothing; one that takes over finds those that changed', async (t) => {
  const { say, change, write, newest, openStore, cardsOn, cards, state, texts } = await setUp(t);
  state.leads = false;
  await say('run greet NAME=x');
  await cards.round();
  await change({ state: 'running' });
  await write((await newest()).id, 'hello');
  await cards.round();
  assert.equal((await texts()).length, 1);
  state.leads = true;
  const other = cardsOn(await openStore());
  await other.round();
  assert.deepEqual((await texts())[1], '```\nhello\n```');
  await cards.round();
  assert.equal((await texts()).length, 2);
});

test('a run whose message is gone, or that has none, ends without one', async (t) => {
  const { running, write, cards, ended, store, messages, clock } = await setUp(t);
  const { id, card } = await running();
  await write(id, 'x');
  await store.withdraw(card ?? '', clock.now());
  await cards.round();
  const job = await ended();
  await cards.tellEnd(job);
  await cards.tellEnd({ ...job, card: null });
  await cards.tellEnd({ ...job, card: '00000000-0000-4000-8000-000000000000' });
  assert.deepEqual(
    (await messages()).map(({ state }) => state),
    ['withdrawn'],
  );
});
