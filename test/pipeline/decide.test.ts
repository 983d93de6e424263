import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncomingMessage } from '../../src/domain/event.ts';
import type { Subscription } from '../../src/domain/subscription.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { decideMatch } from '../../src/pipeline/decide.ts';
import { createEditLimit } from '../../src/pipeline/edit-limit.ts';
import type { LiveTracking } from '../../src/subscriptions/tracking.ts';
import { incoming } from '../support/messages.ts';

/** A workspace in which U7 holds these patterns. */
function setUp(...patterns: string[]) {
  const held = patterns.map((pattern): Subscription => {
    return { id: pattern, team: 'T1', user: 'U7', pattern, channel: null, createdAt: 0 };
  });
  const match = (_team: string, _channel: string, text: string) => held.filter(({ pattern }) => text.includes(pattern));
  const options = {
    tracking: { match, find: () => [] } as unknown as LiveTracking,
    metrics: createMetrics(),
    reply: () => null,
    stamp: () => ({ newId: () => 'id', now: 0, ttlMs: 1 }),
  };
  const told = async (message: IncomingMessage) =>
    ((await decideMatch(message, options))?.unit.deliveries ?? []).map(({ text }) => text.split(' in ')[0]);
  return { told };
}

const edited = (text: string, before: string | null, fromBot = true) =>
  incoming({ text, user: 'B7', fromBot, subtype: 'message_changed', edit: { isTextNew: true, before } });

test('the progress of an app is told once a pattern, and the end when it comes', async () => {
  const { told } = setUp('deploy', 'failed');
  const all: (string | undefined)[] = [...(await told(incoming({ text: 'deploy 0 %', user: 'B7', fromBot: true })))];
  for (let step = 1; step < 50; step++)
    all.push(...(await told(edited(`deploy ${2 * step} %`, `deploy ${2 * step - 2} %`))));
  all.push(...(await told(edited('deploy failed', 'deploy 98 %'))));
  assert.deepEqual(all, ['`deploy`', '`failed`']);
});

test('what a person changed is told again: they did it by hand', async () => {
  const { told } = setUp('deploy');
  assert.deepEqual(await told(edited('deploy on web2', 'deploy on web1', false)), ['`deploy`']);
  assert.deepEqual(
    await told(edited('deploy on web2', null)),
    ['`deploy`'],
    'of an app whose former text is not known',
  );
});

test('an app whose post says something new with each edit is bounded; other posts and people are not', async () => {
  const limit = createEditLimit();
  const { told } = setUp('red');
  let forwarded = 0;
  const message = { ts: '1700000001.000001' };
  for (let step = 0; step < 100; step++) {
    const edit = { ...edited(...((step % 2 ? ['green', 'red'] : ['red', 'green']) as [string, string])), ...message };
    if (!limit.allows(edit)) continue;
    const count = (await told(edit)).length;
    if (count > 0) limit.count(edit);
    forwarded += count;
  }
  assert.equal(forwarded, 10);
  assert.ok(limit.allows(edited('red', 'green')));
  assert.ok(limit.allows({ ...edited('red', 'green', false), ...message }));
  assert.ok(limit.allows({ ...incoming({ fromBot: true }), ...message }));
});

test('the limit forgets the oldest posts and never holds more than two generations', async () => {
  const limit = createEditLimit(1, 3);
  const post = (index: number) => ({ ...edited('a', 'b'), ts: `1.${index}` });
  for (let index = 0; index < 7; index++) limit.count(post(index));
  assert.deepEqual(
    [0, 3, 6].map((index) => limit.allows(post(index))),
    [true, false, false],
  );
});
