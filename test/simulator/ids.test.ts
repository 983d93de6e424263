import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isChannelId, isUserId } from '../../src/domain/slack-ids.ts';
import { bot, createWorkspace } from '../../src/simulator/workspace.ts';

test('the ids of the simulator are recognized as ids, as those of Slack are', () => {
  const workspace = createWorkspace(() => 1_700_000_000_000);
  const people = [bot, ...workspace.users()].map(({ id }) => id);
  const channels = workspace.channels().map(({ id }) => id);
  assert.deepEqual([people.filter((id) => !isUserId(id)), channels.filter((id) => !isChannelId(id))], [[], []]);
  assert.ok(people.length > 1 && channels.length > 1);
});
