import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../src/slack/api.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import { createNameBook } from '../../src/slack/name-book.ts';
import { defaultTimings } from '../../src/slack/options.ts';
import { createRoster } from '../../src/slack/roster.ts';
import { manualClock } from '../support/clock.ts';

const ok = (body: object): Answer => ({ ok: true, body: { ok: true, ...body } });
const members = [
  { id: 'U1', name: 'ada', profile: { display_name: 'Countess', real_name: 'Ada Lovelace' } },
  { id: 'U2', name: 'grace', profile: { display_name: '', real_name: 'Grace Hopper' } },
  { id: 'U3', name: 'left', deleted: true, profile: { real_name: 'Left Long Ago' } },
  { id: 'U4', name: 'ci', is_bot: true },
];
const channels = [
  { id: 'C1', name: 'ops', is_member: true },
  { id: 'G1', name: 'secret-ops', is_private: true, is_member: true },
];

async function setUp(answers: Partial<Record<string, Answer>> = {}) {
  const clock = manualClock();
  const asked: string[] = [];
  const api = {
    async call(method: string) {
      asked.push(method);
      return answers[method] ?? ok(method === 'users.list' ? { members } : { channels });
    },
  };
  const setup = {
    clock,
    timings: defaultTimings,
    channelNames: [],
    postChannels: [],
    memory: { read: async () => null, write() {} },
  };
  const remembered = new Map<string, { name: string }>();
  const book = createNameBook({
    roster: createRoster(api, { clock }),
    directory: await createDirectory(api, setup as never),
    people: { remembered: (id) => (remembered.get(id) as never) ?? null },
    setup,
  });
  return { clock, asked, book, remembered };
}

describe('the names of a Slack workspace', () => {
  it('a hundred rows cost one list of people and one of channels, not a call each', async () => {
    const { book, asked } = await setUp();
    for (let row = 0; row < 100; row++) await book.ofIds(['U1', 'U2', 'U77', 'C1', 'C77']);
    assert.deepEqual(asked.toSorted(), ['conversations.list', 'users.list']);
    assert.deepEqual((await book.ofIds(['U1', 'U2', 'U3', 'U4', 'C1', 'G1', 'U77', 'D1'])).names, [
      { id: 'U1', kind: 'user', name: 'Countess' },
      { id: 'U2', kind: 'user', name: 'Grace Hopper' },
      { id: 'U3', kind: 'user', name: 'Left Long Ago' },
      { id: 'U4', kind: 'user', name: 'ci' },
      { id: 'C1', kind: 'channel', name: 'ops' },
      { id: 'G1', kind: 'channel', name: 'secret-ops' },
    ]);
  });

  it('a person who is known from a message is not looked for', async () => {
    const { book, asked, remembered } = await setUp();
    remembered.set('U9', { name: 'partner' });
    assert.deepEqual((await book.ofIds(['U9'])).names, [{ id: 'U9', kind: 'user', name: 'partner' }]);
    assert.deepEqual(asked, []);
  });

  it('only people who can get messages are offered; by handle, display name or id', async () => {
    const { book } = await setUp();
    const found = async (text: string) => (await book.search('user', text, 20)).names.map(({ id }) => id);
    assert.deepEqual(await found(''), ['U1', 'U2']);
    assert.deepEqual(await found('@ADA'), ['U1']);
    assert.deepEqual(await found('count'), ['U1']);
    assert.deepEqual(await found('U2'), ['U2']);
    assert.deepEqual(await found('left'), []);
  });

  it('without the scope the ids stay, and the remedy is told; Slack is not asked again at once', async () => {
    const refusal: Answer = { ok: false, failure: { kind: 'refused', error: 'missing_scope' } };
    const { book, asked, clock } = await setUp({ 'users.list': refusal });
    for (let row = 0; row < 5; row++) {
      const { names, problem } = await book.ofIds(['U1', 'C1']);
      assert.deepEqual(names, [{ id: 'C1', kind: 'channel', name: 'ops' }]);
      assert.match(problem ?? '', /lacks the scope users:read: add it/);
    }
    assert.equal(asked.filter((method) => method === 'users.list').length, 1);
    await clock.advance(30_000);
    await book.ofIds(['U1']);
    assert.equal(asked.filter((method) => method === 'users.list').length, 2);
  });

  it('nobody waits longer than a moment for Slack', async () => {
    const { book, clock } = await setUp({ 'users.list': new Promise(() => {}) as never });
    const answer = book.search('user', 'a', 20);
    await clock.advance(defaultTimings.askMs);
    assert.match((await answer).problem ?? '', /try again in a moment/);
  });
});
