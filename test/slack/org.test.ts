import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../src/domain/clock.ts';
import type { SlackApi } from '../../src/slack/api.ts';
import { createDirectory } from '../../src/slack/directory.ts';
import type { Failure } from '../../src/slack/outcomes.ts';
import { createRoster } from '../../src/slack/roster.ts';
import { type Rig, withRig } from './support.ts';

const org = {
  id: 'E1',
  workspaces: ['TA', 'TB', 'TC'],
  channels: [
    { id: 'C1', name: 'general', workspace: 'TA', members: [] },
    { id: 'C2', name: 'general', workspace: 'TB' },
    { id: 'C3', name: 'general', workspace: 'TC' },
    { id: 'C4', name: 'plans', workspace: 'TB' },
    { id: 'C5', name: 'attic', workspace: 'TC', is_archived: true },
  ],
};

function withOrg(use: (rig: Rig, clock: Clock & { nowMs: number }) => Promise<void>): Promise<void> {
  const clock = { nowMs: 1_000_000, now: () => 0, monotonic: () => clock.nowMs, after: () => () => {} };
  return withRig({ start: false, fake: { teams: [org] }, slack: { clock } }, (rig) => use(rig, clock));
}

const directoryOf = ({ slack }: Rig) => createDirectory(slack.api, slack.setup, undefined, () => true);
const teamsAsked = ({ fake }: Rig, method: string) => fake.callsOf(method).map(({ args }) => args.team_id);

test('the channels and people of an organisation are those of its workspaces', () =>
  withOrg(async (rig) => {
    const directory = directoryOf(rig);
    assert.equal(await directory.findChannel('#plans'), 'C4');
    assert.equal(await directory.findChannel('#general'), 'C2', 'the first one that has the bot');
    assert.equal(await directory.lookUp('C3'), 'channel');
    assert.deepEqual(teamsAsked(rig, 'conversations.list'), ['TA', 'TB', 'TC']);
    assert.deepEqual(await directory.archivedNames(), new Set(['attic']));
    const roster = createRoster(rig.slack.api, rig.slack.setup, () => true);
    assert.equal(await roster.refresh(), null);
    assert.deepEqual([roster.called('ada'), roster.members().size], [['U1E1'], 5], 'each person once');
    assert.deepEqual(teamsAsked(rig, 'users.list'), ['TA', 'TB', 'TC']);
    assert.deepEqual(rig.errors, []);
  }));

test('a list that Slack interrupts goes on with the workspace that is left, and the others can be used meanwhile', () =>
  withOrg(async (rig, clock) => {
    const { api, setup } = rig.slack;
    let isLimited = true;
    const limited: SlackApi = {
      async call(method, args, expected) {
        if (args.team_id !== 'TC' || !isLimited) return api.call(method, args, expected);
        const failure: Failure = {
          kind: 'retry',
          afterMs: 20_000,
          scope: 'workspace',
          outcomeUnknown: false,
          error: 'ratelimited',
        };
        return { ok: false, failure };
      },
    };
    const directory = createDirectory(limited, setup, undefined, () => true);
    assert.equal(await directory.findChannel('#plans'), 'C4');
    assert.deepEqual([directory.nameOf('C4'), directory.nameOf('C1'), directory.reads()], ['plans', null, 0]);
    isLimited = false;
    clock.nowMs += 19_000;
    assert.equal(await directory.findChannel('#nowhere'), null);
    assert.deepEqual(teamsAsked(rig, 'conversations.list'), ['TA', 'TB']);
    clock.nowMs += 2_000;
    directory.invalidate();
    assert.equal(await directory.lookUp('C3'), 'channel');
    assert.deepEqual(teamsAsked(rig, 'conversations.list'), ['TA', 'TB', 'TC']);
    assert.equal(directory.nameOf('C1'), 'general');
    clock.nowMs += 31_000;
    await directory.refreshIfDue();
    assert.equal(directory.reads(), 2, 'the first workspaces were read before the list was outdated');
  }));

test('a workspace that the app has no access to is left out', () =>
  withOrg(async (rig) => {
    rig.fake.faults.add({ method: 'conversations.list', kind: 'error', error: 'team_access_not_granted' });
    assert.equal(await directoryOf(rig).findChannel('#plans'), 'C4');
    assert.deepEqual(rig.errors, []);
  }));

test('an organisation without workspaces has no channels, and one that Slack does not list none yet', () =>
  withOrg(async (rig, clock) => {
    const directory = directoryOf(rig);
    rig.fake.faults.add({ method: 'auth.teams.list', kind: 'status', status: 500 });
    await assert.rejects(directory.lookUp('C1'), /did not list the channels yet/);
    rig.fake.team().workspaces = [];
    clock.nowMs += 10_000;
    assert.equal(await directory.lookUp('C1'), null);
    assert.deepEqual(teamsAsked(rig, 'conversations.list'), []);
  }));
