import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInstallStates } from '../../../src/modules/workspaces/install-state.ts';
import { manualClock } from '../../support/clock.ts';

test('a state is right for ten minutes, with its own cookie', async () => {
  const clock = manualClock();
  const states = createInstallStates('secret', clock);
  const { state, cookie } = states.begin();
  assert.equal(states.isRight(state, cookie), true);
  assert.equal(states.isRight(state, states.begin().cookie), false);
  assert.equal(states.isRight(state, null), false);
  await clock.advance(600_000);
  assert.equal(states.isRight(state, cookie), true);
  await clock.advance(1);
  assert.equal(states.isRight(state, cookie), false);
});

test('a link is known as done for five minutes, with the cookie of its success, which opens nothing', async () => {
  const clock = manualClock();
  const states = createInstallStates('secret', clock);
  const { state, cookie } = states.begin();
  const done = states.done(state, 'code');
  assert.match(done, /^[\w-]{1,100}$/);
  assert.equal(states.isDone(state, 'code', done), true);
  assert.equal(states.isRight(state, done), false);
  for (const [wrongState, code, wrongCookie] of [
    [state, 'code', cookie],
    [state, 'code', null],
    [state, 'other', done],
    [states.begin().state, 'code', done],
    [state, 'code', createInstallStates('another', clock).done(state, 'code')],
  ] as const) {
    assert.equal(states.isDone(wrongState, code, wrongCookie), false);
  }
  await clock.advance(300_000);
  assert.equal(states.isDone(state, 'code', done), true);
  await clock.advance(1);
  assert.equal(states.isDone(state, 'code', done), false);
});
