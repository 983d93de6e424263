import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deferred } from '../../src/lib/pause.ts';
import { createTurns } from '../../src/lib/turns.ts';
import { settled } from '../support/clock.ts';

test('tasks of one key run one after the other in their order of arrival; a task of another key does not wait', async () => {
  const inTurn = createTurns();
  const gate = deferred<void>();
  const order: string[] = [];
  const first = inTurn('a', async () => {
    await gate.promise;
    order.push('first');
  });
  const second = inTurn('a', async () => {
    order.push('second');
  });
  await inTurn('b', async () => {
    order.push('other');
  });
  await settled();
  assert.deepEqual(order, ['other']);
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(order, ['other', 'first', 'second']);
});

test('a failed task rejects only for its own caller; the next task of its key runs', async () => {
  const inTurn = createTurns();
  const failed = inTurn('a', () => Promise.reject(new Error('no')));
  const next = inTurn('a', async () => 'done');
  await assert.rejects(failed, /no/);
  assert.equal(await next, 'done');
});

test('an error that ends all rejects those that wait; one that comes afterwards runs', async () => {
  const inTurn = createTurns((error) => (error as Error).message === 'away');
  const ran: string[] = [];
  const fail = (message: string) => inTurn('a', () => Promise.reject(new Error(message)));
  const run = (name: string, key = 'a') => inTurn(key, async () => void ran.push(name));
  const again = fail('away').catch(() => run('again'));
  const waiting = [run('one'), run('two')];
  const other = run('other', 'b');
  for (const each of waiting) await assert.rejects(each, /away/);
  await Promise.all([again, other, run('later')]);
  assert.deepEqual(ran, ['other', 'again', 'later']);
  const [failed, next] = [fail('no'), run('next')];
  await assert.rejects(failed, /no/);
  await next;
  assert.equal(ran.at(-1), 'next');
});
