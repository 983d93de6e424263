import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventListeners } from '../../src/app/event-listeners.ts';
import type { IncomingEvent } from '../../src/domain/event.ts';

test('listeners get the team of every event and posts of our own, and the handler gets every event', async () => {
  const listeners = createEventListeners();
  const heard: string[] = [];
  const teams: string[] = [];
  const handled: unknown[] = [];
  listeners.onOwnPost(({ text }) => heard.push(text));
  listeners.onEvent((team) => teams.push(team));
  const handle = listeners.before(async (event) => {
    handled.push(event);
    return { duplicate: false, reply: null };
  });
  const events = [
    { kind: 'message', team: 'T1', text: 'ours', own: true },
    { kind: 'message', team: 'T2', text: 'of a person' },
    { kind: 'command', team: 'T1', text: 'status' },
    { kind: 'notice', team: 'T3' },
  ] as IncomingEvent[];
  for (const event of events) assert.deepEqual(await handle(event), { duplicate: false, reply: null });
  assert.deepEqual(heard, ['ours']);
  assert.deepEqual(teams, ['T1', 'T2', 'T1', 'T3']);
  assert.deepEqual(handled, events);
});
