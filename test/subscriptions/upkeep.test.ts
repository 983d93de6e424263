import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pino } from 'pino';
import type { Change, Subscription } from '../../src/domain/subscription.ts';
import { createUpkeep, deactivatedReason, decideRest } from '../../src/subscriptions/upkeep.ts';

const held = (id: string, user: string, paused?: string): Subscription => {
  return { id, team: 'T1', user, pattern: id, channel: null, createdAt: 0, ...(paused && { paused }) };
};

test('patterns of a deactivated user rest and wake with them; another pause is never touched', () => {
  const all = [
    held('a', 'U1'),
    held('b', 'U1', 'too slow'),
    held('c', 'U2', deactivatedReason),
    held('d', 'U3', 'too slow'),
    held('e', 'U4'),
  ];
  const gone = new Map<string, boolean>([
    ['U1', true],
    ['U2', false],
    ['U3', false],
  ]);
  assert.deepEqual(
    decideRest('T1', all, (user) => gone.get(user) ?? null),
    [
      { type: 'pause', team: 'T1', ids: ['a'], reason: deactivatedReason },
      { type: 'pause', team: 'T1', ids: ['c'], reason: null },
    ],
  );
  assert.deepEqual(
    decideRest('T1', all, () => null),
    [],
    'of whom nothing is known, nothing changes',
  );
});

test('all subscribers are asked about in turn, fifty at a time, and one at once when Slack tells', async () => {
  let subscriptions = Array.from({ length: 120 }, (_, index) => held(`p${index}`, `U${index}`));
  const committed: Change[] = [];
  const asked: string[] = [];
  const checked: string[][] = [];
  let now = 0;
  const upkeep = createUpkeep({
    store: {
      async accept({ changes }) {
        committed.push(...(changes ?? []));
        return { duplicate: false, fingerprint: null, deliveryId: null };
      },
    },
    tracking: { ofTeam: (team) => (team === 'T1' ? subscriptions : []) },
    workspaces: {
      teams: () => ['T1'],
      of: () => ({
        async isDeactivated(user) {
          asked.push(user);
          return user === 'U70';
        },
        checkNames: async (channels) => void checked.push([...channels]),
      }),
    },
    monotonic: () => now,
    log: pino({ level: 'silent' }),
  });
  for (let round = 0; round < 3; round++) {
    await upkeep.run();
    await upkeep.run();
    now += 600_000;
  }
  assert.equal(new Set(asked).size, 120);
  assert.equal(asked.length, 120);
  assert.equal(checked.length, 6);
  assert.deepEqual(committed, [{ type: 'pause', team: 'T1', ids: ['p70'], reason: deactivatedReason }]);

  subscriptions = [held('p70', 'U70', deactivatedReason)];
  await upkeep.userChanged('T1', 'U70', false);
  assert.deepEqual(committed.at(-1), { type: 'pause', team: 'T1', ids: ['p70'], reason: null });
});
