import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Delivery, type DeliveryState, deliveryStates } from '../../src/domain/delivery.ts';
import { WrongState } from '../../src/domain/errors.ts';
import { canBeMerged, canLead, handOver, memberChanged, queuedAgain, takeIn } from '../../src/domain/merging.ts';
import {
  type AttemptResult,
  begin,
  canExpire,
  edit,
  expire,
  isOpen,
  parentDeleted,
  requeue,
  settle,
  withdraw,
} from '../../src/domain/transitions.ts';
import { newDelivery } from '../support/deliveries.ts';

const now = 1_000;
const slack = { channel: 'C1', ts: '1.2', permalink: null };

function delivery(state: DeliveryState, more: Partial<Delivery> = {}): Delivery {
  return {
    ...newDelivery(0, { id: 'x', similarKey: 1 }),
    ...{ seq: 1, state, attempts: 0, updatedAt: 0, slack: state === 'sent' ? slack : null, uploaded: 0, error: null },
    ...{ warnings: [], mergedInto: state === 'merged' ? 'digest' : null, mergedCount: 0, shown: 0, pending: null },
    ...{ outcomeUnknown: false, revision: 3 },
    ...more,
  };
}

/** What an operation makes of a delivery: `state`, `state+pending`, or `refused`. */
function after(from: Delivery, operation: (one: Delivery) => Partial<Delivery> | null): string {
  try {
    const { state, pending } = { ...from, ...operation(from) };
    return pending === null ? state : `${state}+${pending}`;
  } catch (error) {
    if (error instanceof WrongState) return 'refused';
    throw error;
  }
}

const alone = { merged: false, hasMembers: false };
const operations: Record<string, (one: Delivery) => Partial<Delivery> | null> = {
  begin: (one) => begin(one, now),
  expire: (one) => expire(one, now),
  withdraw: (one) => withdraw(one, alone, now)?.change ?? null,
  edit: (one) => edit(one, { text: 'new' }, now),
  requeue: (one) => requeue(one, 9_000, now),
};

/** Each row: a state, then what `withdraw`, `edit` and `requeue` make of it. */
const table: Record<string, [from: Delivery, withdraw: string, edit: string, requeue: string]> = {
  queued: [delivery('queued'), 'withdrawn', 'queued', 'refused'],
  'queued, outcome unknown': [
    delivery('queued', { outcomeUnknown: true }),
    'queued+delete',
    'queued+update',
    'refused',
  ],
  'queued for its files': [delivery('queued', { slack }), 'queued+delete', 'queued', 'refused'],
  sending: [delivery('sending'), 'sending+delete', 'sending+update', 'refused'],
  sent: [delivery('sent'), 'sent+delete', 'sent+update', 'refused'],
  'sent, to be edited': [delivery('sent', { pending: 'update' }), 'sent+delete', 'sent+update', 'refused'],
  'sent, to be deleted': [delivery('sent', { pending: 'delete' }), 'sent+delete', 'refused', 'refused'],
  failed: [delivery('failed', { error: 'is_archived' }), 'refused', 'refused', 'queued'],
  expired: [delivery('expired', { error: 'time to live ran out' }), 'refused', 'refused', 'queued'],
  withdrawn: [delivery('withdrawn'), 'withdrawn', 'refused', 'refused'],
  'deleted in Slack': [delivery('withdrawn', { slack, error: 'message_not_found' }), 'withdrawn', 'refused', 'queued'],
  merged: [delivery('merged'), 'withdrawn', 'merged', 'refused'],
};

describe('withdraw, edit and requeue by the state of a message', () => {
  for (const [name, [from, ...expected]] of Object.entries(table)) {
    test(`${name}: withdraw, edit and requeue give the expected change or refusal`, () => {
      const found = ['withdraw', 'edit', 'requeue'].map((each) => after(from, operations[each] as never));
      assert.deepEqual(found, expected);
    });
  }

  test('every state is in the table', () => {
    const covered = new Set(Object.values(table).map(([from]) => from.state));
    assert.deepEqual([...covered].sort(), [...deliveryStates].sort());
  });

  test('a refusal names the message, its state and what can be done', () => {
    assert.throws(
      () => edit(delivery('failed'), { text: 'x' }, now),
      /^WrongState: Message "x" has failed; only queued/,
    );
    assert.throws(() => requeue(delivery('merged'), 1, now), /part of "digest"; retry that one/);
    const files = { error: 'message_not_found', attachments: [{ blob: 'b', name: 'a.txt' }] };
    assert.throws(() => requeue(delivery('withdrawn', files), 1, now), /had files/);
    assert.throws(() => edit(delivery('merged'), { blocks: [{ type: 'divider' }] }, now), /shows no blocks of it/);
  });
});

/** What the result of an attempt makes of a message: as it was claimed, as it is now, and then. */
const settlements: [title: string, claimed: Delivery, current: Delivery, result: AttemptResult, expected: string][] = [
  ['sent', delivery('sending'), delivery('sending'), { to: 'sent', slack, uploaded: 0 }, 'sent'],
  ['posted', delivery('sending'), delivery('sending'), { to: 'posted', slack, uploaded: 1 }, 'sending'],
  [
    'sent, edited meanwhile',
    delivery('sending'),
    delivery('sending', { pending: 'update', revision: 4 }),
    { to: 'sent', slack, uploaded: 0 },
    'sent+update',
  ],
  [
    'sent, withdrawn meanwhile',
    delivery('sending'),
    delivery('sending', { pending: 'delete' }),
    { to: 'sent', slack, uploaded: 0 },
    'sent+delete',
  ],
  ['retry', delivery('sending'), delivery('sending'), { to: 'retry', error: 'e', outcomeUnknown: true }, 'queued'],
  [
    'an edit to be tried again',
    delivery('sent', { pending: 'update' }),
    delivery('sent', { pending: 'update' }),
    { to: 'retry', error: 'e', outcomeUnknown: false },
    'sent+update',
  ],
  ['failed', delivery('sending'), delivery('sending', { pending: 'update' }), { to: 'failed', error: 'e' }, 'failed'],
  [
    'edited',
    delivery('sent', { pending: 'update' }),
    delivery('sent', { pending: 'update' }),
    { to: 'changed' },
    'sent',
  ],
  [
    'edited, and again meanwhile',
    delivery('sent', { pending: 'update' }),
    delivery('sent', { pending: 'update', revision: 4 }),
    { to: 'changed' },
    'sent+update',
  ],
  [
    'edited, withdrawn meanwhile',
    delivery('sent', { pending: 'update' }),
    delivery('sent', { pending: 'delete' }),
    { to: 'changed' },
    'sent+delete',
  ],
  [
    'an edit of a message that is gone',
    delivery('sent', { pending: 'update' }),
    delivery('sent', { pending: 'update' }),
    { to: 'changed', error: 'message_not_found', gone: true },
    'withdrawn',
  ],
  [
    'deleted',
    delivery('sent', { pending: 'delete' }),
    delivery('sent', { pending: 'delete' }),
    { to: 'changed' },
    'withdrawn',
  ],
  [
    'a deletion that Slack refuses',
    delivery('sent', { pending: 'delete' }),
    delivery('sent', { pending: 'delete' }),
    { to: 'changed', error: 'cant_delete_message' },
    'sent',
  ],
  [
    'a deletion that Slack refuses, of a message that was looked up',
    delivery('sending', { pending: 'delete' }),
    delivery('sending', { pending: 'delete' }),
    { to: 'changed', error: 'cant_delete_message', slack },
    'sent',
  ],
];

describe('the change by the result of an attempt', () => {
  for (const [title, claimed, current, result, expected] of settlements) {
    test(title, () => {
      assert.equal(
        after(current, () => settle(claimed, current, result, now).change),
        expected,
      );
    });
  }

  test('a message whose deletion was refused keeps its reference, so that it is not posted again', () => {
    const claimed = delivery('sending', { pending: 'delete', outcomeUnknown: true });
    const { change } = settle(claimed, claimed, { to: 'changed', error: 'cant_delete_message', slack }, now);
    assert.deepEqual(
      [change.slack, change.error, isOpen({ ...claimed, ...change })],
      [slack, 'cant_delete_message', false],
    );
  });

  test('the card of a digest shows the members at the start of the attempt, without those withdrawn since', () => {
    const claimed = delivery('sent', { pending: 'update', mergedCount: 5, shown: 2 });
    const current = { ...claimed, mergedCount: 4 };
    assert.equal(settle(claimed, current, { to: 'changed' }, now).change.shown, 4);
    const refused = settle(claimed, current, { to: 'changed', error: 'e' }, now);
    assert.deepEqual([refused.change.shown, refused.closesDigest], [undefined, true]);
  });
});

test('the parent of a reply is deleted in Slack only if it is the message that is gone', () => {
  const gone = parentDeleted(delivery('sent', { pending: 'update' }), slack.ts, now);
  assert.deepEqual(gone, { state: 'withdrawn', pending: null, error: 'message_not_found', updatedAt: now });
  assert.equal(parentDeleted(delivery('sent'), '9.9', now), null);
  assert.equal(parentDeleted(delivery('failed', { slack }), slack.ts, now), null);
});

test('a claim of a message in the state sending makes its outcome unknown, unless it is in Slack', () => {
  assert.equal(begin(delivery('queued'), now).outcomeUnknown, false);
  assert.equal(begin(delivery('sending'), now).outcomeUnknown, true);
  assert.equal(begin(delivery('sending', { slack }), now).outcomeUnknown, false);
  assert.equal(begin(delivery('queued', { pending: 'update' }), now).pending, null, 'the edit is part of the attempt');
});

test('an expired message is not in Slack and has no pending change', () => {
  assert.ok(canExpire(delivery('queued')) && canExpire(delivery('sending')));
  assert.ok(!canExpire(delivery('queued', { slack })) && !canExpire(delivery('queued', { pending: 'delete' })));
  const edited = delivery('queued', { pending: 'update', error: 'timeout' });
  const expired = { ...edited, ...expire(edited, now) };
  assert.deepEqual([isOpen(expired), expired.error], [false, 'time to live ran out; last: timeout']);
});

describe('merging', () => {
  test('only a queued message with a key that is not in Slack can become a digest or be merged', () => {
    assert.ok(canLead(delivery('queued')) && canBeMerged(delivery('queued'), 1));
    for (const more of [{ outcomeUnknown: true }, { pending: 'delete' }, { similarKey: null }] as const) {
      assert.ok(!canLead(delivery('queued', more)), JSON.stringify(more));
      assert.ok(!canBeMerged(delivery('queued', more), 1), JSON.stringify(more));
    }
    assert.ok(
      !canBeMerged(delivery('queued'), 2) && !canLead(delivery('sent')) && !canLead(delivery('queued', { slack })),
    );
  });

  test('a queued digest expires with its newest message, and a sent digest is edited', () => {
    const head = delivery('queued', { expiresAt: 10 });
    assert.deepEqual(takeIn(head, 3, 20), { mergedCount: 3, revision: 4, expiresAt: 20 });
    assert.deepEqual(takeIn(delivery('sent', { mergedCount: 2 }), 3, 20), {
      mergedCount: 5,
      revision: 4,
      pending: 'update',
    });
  });

  test('a removed member lowers the count, and a pending withdrawal stays pending', () => {
    const digest = delivery('sent', { mergedCount: 2, shown: 2, pending: 'delete' });
    const { mergedCount, shown, pending } = memberChanged(digest, true, now);
    assert.deepEqual([mergedCount, shown, pending], [1, 1, 'delete']);
  });

  test('the oldest member replaces a digest in Slack', () => {
    const digest = delivery('sent', { mergedCount: 2, shown: 2, expiresAt: 50 });
    const successor = handOver(digest, delivery('merged', { expiresAt: 60 }), now);
    assert.deepEqual(
      [
        successor.state,
        successor.pending,
        successor.slack,
        successor.mergedCount,
        successor.shown,
        successor.expiresAt,
      ],
      ['sent', 'update', slack, 1, 1, 60],
    );
    assert.equal(handOver(delivery('queued'), delivery('merged'), now).state, 'queued');
  });

  test('a member that was not shown is queued again with its whole time to live', () => {
    const { state, expiresAt } = queuedAgain(delivery('merged', { createdAt: 100, expiresAt: 700 }), now);
    assert.deepEqual([state, expiresAt], ['queued', now + 600]);
  });
});
