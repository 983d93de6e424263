import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer } from '../../src/slack/api.ts';
import type { Identity } from '../../src/slack/identity.ts';
import { defaultTimings } from '../../src/slack/options.ts';
import { createPeople, personGoodForMs } from '../../src/slack/people.ts';
import { createStatus } from '../../src/slack/status.ts';
import { manualClock } from '../support/clock.ts';
import { withRig } from './support.ts';

const me: Identity = { team: 'T1', botUser: 'UBOT', botId: 'BBOT', url: 'https://acme.slack.com/' };

function setUp(answer: (user: string) => Answer | Promise<Answer>, identity: Identity = me) {
  const clock = manualClock();
  const asked: string[] = [];
  const status = createStatus('sockets', 2);
  const api = {
    async call(method: string, args: Record<string, unknown>) {
      assert.equal(method, 'users.info');
      asked.push(String(args.user));
      return answer(String(args.user));
    },
  };
  const people = createPeople(api, { setup: { clock, timings: defaultTimings }, identity: () => identity, status });
  return { clock, asked, status, people };
}

const user = (id: string, more: object = {}): Answer => ({
  ok: true,
  body: { user: { id, team_id: 'T1', name: 'ada', profile: { display_name: 'Ada', real_name: 'Ada L.' }, ...more } },
});
const refused = (error: string): Answer => ({ ok: false, failure: { kind: 'refused', error } });

describe('who people are', () => {
  const external: [title: string, more: object, expected: boolean, identity?: Identity][] = [
    ['a member', {}, false],
    ['a member whose workspace is not told', { team_id: undefined }, false],
    ['a multi-channel guest', { is_restricted: true }, true],
    ['a single-channel guest', { is_restricted: true, is_ultra_restricted: true }, true],
    ['a stranger', { is_stranger: true }, true],
    ['a user of another workspace', { team_id: 'T9' }, true],
    [
      'a user of the same organisation who is a member here too',
      { team_id: 'T9', enterprise_user: { enterprise_id: 'E1', teams: ['T9', 'T1'] } },
      false,
      { ...me, enterprise: 'E1' },
    ],
    [
      'a user of another workspace of the same organisation',
      { team_id: 'T9', enterprise_user: { enterprise_id: 'E1', teams: ['T9'] } },
      true,
      { ...me, enterprise: 'E1' },
    ],
    [
      'the same, when the app is installed for the organisation',
      { team_id: 'T9', enterprise_user: { enterprise_id: 'E1', teams: ['T9'] } },
      false,
      { ...me, team: 'E1', enterprise: 'E1', orgInstall: true },
    ],
    [
      'a user of another organisation, when the app is installed for ours',
      { team_id: 'T9', enterprise_user: { enterprise_id: 'E2', teams: ['T9'] } },
      true,
      { ...me, team: 'E1', enterprise: 'E1', orgInstall: true },
    ],
  ];
  for (const [title, more, expected, identity] of external) {
    it(`${title} is ${expected ? '' : 'not '}external`, async () => {
      const { people } = setUp((id) => user(id, more), identity);
      const lookup = await people.find('U1');
      assert.equal(lookup.kind === 'found' && lookup.person.external, expected);
    });
  }

  it('the display name is taken first, then the real one, then the handle', async () => {
    const { people } = setUp((id) =>
      user(id, { profile: id === 'U1' ? { display_name: 'Ada' } : { display_name: '', real_name: '' } }),
    );
    await people.find('U1');
    await people.find('U2');
    assert.deepEqual([people.known('U1')?.name, people.known('U2')?.name], ['Ada', 'ada']);
  });

  it('one user is asked for once, also when several wait, and again when the answer is old', async () => {
    const { people, asked, clock } = setUp((id) => user(id));
    await Promise.all([people.find('U1'), people.find('U1')]);
    await people.find('U1');
    assert.deepEqual(asked, ['U1']);
    await clock.advance(personGoodForMs);
    await people.find('U1');
    assert.deepEqual(asked, ['U1', 'U1']);
  });

  it('a user whom Slack does not know is remembered as absent', async () => {
    const { people, asked } = setUp(() => refused('user_not_found'));
    assert.deepEqual([await people.find('U9'), await people.find('U9')], [{ kind: 'absent' }, { kind: 'absent' }]);
    assert.equal(asked.length, 1);
  });

  it('after a 429 nobody is asked for as long as Slack said', async () => {
    let limited = true;
    const { people, asked, clock } = setUp((id) =>
      limited
        ? {
            ok: false,
            failure: {
              kind: 'retry',
              afterMs: 60_000,
              scope: 'workspace',
              outcomeUnknown: false,
              error: 'ratelimited',
            },
          }
        : user(id),
    );
    assert.deepEqual(await people.find('U1'), { kind: 'unavailable', error: 'ratelimited' });
    limited = false;
    await clock.advance(59_000);
    assert.deepEqual(await people.find('U2'), { kind: 'unavailable', error: 'ratelimited' });
    await clock.advance(1_000);
    assert.equal((await people.find('U2')).kind, 'found');
    assert.deepEqual(asked, ['U1', 'U2']);
  });

  it('a slow answer is not waited for, and is there for the next question', async () => {
    let answer = (_: Answer) => {};
    const { people, clock } = setUp(() => new Promise((resolve) => (answer = resolve)));
    const first = people.find('U1');
    await clock.advance(defaultTimings.askMs);
    assert.deepEqual(await first, { kind: 'unavailable', error: 'timeout' });
    answer(user('U1'));
    assert.equal((await people.find('U1')).kind, 'found');
  });

  it('no more than 20 questions are under way at once', async () => {
    const { people, asked } = setUp(() => new Promise(() => {}));
    for (let n = 0; n < 20; n += 1) void people.find(`U${n}`);
    assert.equal((await people.find('U99')).kind, 'unavailable');
    assert.equal(asked.length, 20);
  });

  it('at most 5,000 are remembered', async () => {
    const { people, asked } = setUp((id) => user(id));
    for (let n = 0; n <= 5_000; n += 1) await people.find(`U${n}`);
    await people.find('U5000');
    assert.equal(asked.length, 5_001);
    await people.find('U0');
    assert.equal(asked.length, 5_002);
  });

  it('a missing scope is told by the health until it is there', async () => {
    let answer = refused('missing_scope');
    const { people, status, clock } = setUp(() => answer);
    status.started(true);
    status.identified('@ultronex in Acme');
    status.sockets(2);
    assert.equal((await people.find('U1')).kind, 'unavailable');
    const { state, detail } = status.health();
    assert.equal(state, 'degraded');
    assert.match(detail, /lacks the scope users:read.*install the app again/);
    answer = user('U1');
    await clock.advance(5_000);
    await people.find('U1');
    assert.equal(status.health().state, 'ok');
  });
});

it('people of the fake Slack: a member, a guest, and somebody of another workspace', async () => {
  const users = [
    { id: 'U1', name: 'ada' },
    { id: 'U2', name: 'guest', is_restricted: true },
    { id: 'U3', name: 'partner', team_id: 'T9' },
  ];
  await withRig({ fake: { teams: [{ id: 'T1', users }] } }, async ({ slack }) => {
    const lookups = await Promise.all(users.map(({ id }) => slack.people.find(id)));
    assert.deepEqual(
      lookups.map((lookup) => lookup.kind === 'found' && lookup.person.external),
      [false, true, true],
    );
    assert.equal((await slack.people.find('U7')).kind, 'absent');
  });
});
