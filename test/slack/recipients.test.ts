import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../src/slack/api.ts';
import { createFindPerson } from '../../src/slack/recipients.ts';
import { createRoster } from '../../src/slack/roster.ts';
import { manualClock } from '../support/clock.ts';

const ok = (body: object): Answer => ({ ok: true, body: { ok: true, ...body } });
const refused = (error: string): Answer => ({ ok: false, failure: { kind: 'refused', error } });
const member = (id: string, name: string, display_name = '', more: object = {}) => ({
  id,
  name,
  profile: { display_name },
  ...more,
});

function setUp(answer: (method: string, args: Record<string, unknown>) => Answer) {
  const clock = manualClock();
  const asked: string[] = [];
  const api = {
    async call(method: string, args: Record<string, unknown>) {
      asked.push(method);
      return answer(method, args);
    },
  };
  return { clock, asked, find: createFindPerson(api, createRoster(api, { clock })) };
}

describe('who is meant by a name or an e-mail address', () => {
  const members = [
    member('U1', 'ada', 'Countess'),
    member('U2', 'grace', 'Ada'),
    member('U3', 'linus', 'Twin'),
    member('U4', 'ken', 'Twin'),
    member('U5', 'gone', 'Gone', { deleted: true }),
    { id: 'broken' },
    null,
  ];
  const cases: [written: string, id: string][] = [
    ['@ada', 'U1'],
    ['ADA', 'U1'],
    ['@countess', 'U1'],
    ['@grace', 'U2'],
  ];
  for (const [written, id] of cases) {
    it(`${written} is ${id}: a handle before a display name, in any case`, async () => {
      const { find } = setUp(() => ok({ members }));
      assert.deepEqual(await find(written), { kind: 'found', id });
    });
  }

  it('an id is not asked for', async () => {
    const { find, asked } = setUp(() => refused('not_asked'));
    assert.deepEqual(await find('@U0123ABC'), { kind: 'found', id: 'U0123ABC' });
    assert.deepEqual(asked, []);
  });

  it('a display name of several people, one of nobody and one of a deactivated user are refused with words', async () => {
    const { find } = setUp(() => ok({ members }));
    const reason = async (written: string) => {
      const answer = await find(written);
      return answer.kind === 'absent' ? answer.reason : answer;
    };
    assert.equal(await reason('@twin'), 'several people are called @twin: give one of the ids U3, U4');
    assert.equal(await reason('@nobody'), 'nobody in the workspace is called @nobody');
    assert.equal(await reason('@gone'), 'nobody in the workspace is called @gone');
  });

  it('an e-mail address is looked up by itself', async () => {
    const { find, asked } = setUp((_, { email }) =>
      email === 'ada@example.com' ? ok({ user: { id: 'U1' } }) : refused('users_not_found'),
    );
    assert.deepEqual(await find('ada@example.com'), { kind: 'found', id: 'U1' });
    assert.deepEqual(await find('@bob@example.com'), {
      kind: 'absent',
      reason: 'nobody in the workspace has the e-mail address bob@example.com',
    });
    assert.deepEqual(asked, ['users.lookupByEmail', 'users.lookupByEmail']);
  });

  it('a missing scope is named with its remedy', async () => {
    const { find } = setUp(() => refused('missing_scope'));
    for (const [written, scope] of [
      ['@ada', 'users:read'],
      ['ada@example.com', 'users:read.email'],
    ] as const) {
      const answer = await find(written);
      assert.ok(answer.kind === 'absent');
      assert.match(answer.reason, new RegExp(`lacks the scope ${scope.replace('.', '\\.')}: .* or give the user id`));
    }
  });

  it('while Slack holds us off, nobody is said to be absent', async () => {
    const { find } = setUp(() => ({
      ok: false,
      failure: { kind: 'retry', afterMs: 60_000, scope: 'workspace', outcomeUnknown: false, error: 'ratelimited' },
    }));
    assert.equal((await find('@ada')).kind, 'unavailable');
    assert.equal((await find('ada@example.com')).kind, 'unavailable');
  });

  it('every page of the list is read once for ten minutes; for an unknown name again after thirty seconds', async () => {
    const pages = [
      ok({ members: [member('U1', 'ada')], response_metadata: { next_cursor: 'more' } }),
      ok({ members: [] }),
    ];
    const { find, asked, clock } = setUp((_, { cursor }) => (cursor === 'more' ? pages[1] : pages[0]) as Answer);
    await Promise.all([find('@ada'), find('@ada')]);
    await find('@nobody');
    assert.equal(asked.length, 2);
    await clock.advance(30_000);
    await find('@ada');
    assert.equal(asked.length, 2);
    await find('@nobody');
    assert.equal(asked.length, 4);
    await clock.advance(600_000);
    await find('@ada');
    assert.equal(asked.length, 6);
  });
});
