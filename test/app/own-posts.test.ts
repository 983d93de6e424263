import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOwnPosts } from '../../src/app/own-posts.ts';
import type { IncomingEvent } from '../../src/domain/event.ts';

test('listeners get posts of our own, and the handler gets every event', async () => {
  const ownPosts = createOwnPosts();
  const heard: string[] = [];
  const handled: unknown[] = [];
  ownPosts.listen(({ text }) => heard.push(text));
  const handle = ownPosts.before(async (event) => {
    handled.push(event);
    return { duplicate: false, reply: null };
  });
  const events = [
    { kind: 'message', text: 'ours', own: true },
    { kind: 'message', text: 'of a person' },
    { kind: 'command', text: 'status' },
  ] as IncomingEvent[];
  for (const event of events) assert.deepEqual(await handle(event), { duplicate: false, reply: null });
  assert.deepEqual(heard, ['ours']);
  assert.deepEqual(handled, events);
});
