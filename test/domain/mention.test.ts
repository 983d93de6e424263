import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mentionOf } from '../../src/domain/mention.ts';

test('a rule mentions at most five people and groups, each once; other words are left out', () => {
  const cases: [written: string, mention: string | null][] = [
    ['', null],
    ['the people on call', null],
    ['call @oncall, U012AB3CD', '@oncall <@U012AB3CD>'],
    ['@here @here @here @here @here @oncall', '<!here> @oncall'],
    ['S012AB3CD <!channel>', '<!subteam^S012AB3CD> <!channel>'],
    ['@a @b @c @d @e @f', '@a @b @c @d @e'],
    [`${'word '.repeat(400)}@here`, null],
  ];
  for (const [written, mention] of cases) assert.equal(mentionOf(written), mention, written.slice(0, 60));
});
