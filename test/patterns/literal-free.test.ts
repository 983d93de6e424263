import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Entry } from '../../src/patterns/entry.ts';
import { LiteralFree } from '../../src/patterns/literal-free.ts';
import { Matcher } from '../../src/patterns/matcher.ts';
import { Memory } from '../../src/patterns/memory.ts';
import { Random } from '../support/random.ts';

const memory = new Memory(2 ** 20);
const endless = () => ({ units: Number.POSITIVE_INFINITY, perCharacter: 0 });

const entryOf = (source: string): Entry => ({
  ...{ id: source, source, programSize: 30, clauses: [], alive: true },
  matcher: new Matcher([source], memory),
});

/** Runs a group over random letters and compares it with its members one by one. */
function compare(sources: readonly string[], letters: string): LiteralFree {
  const entries = sources.map(entryOf);
  const grouped = new LiteralFree(entries, memory);
  const random = new Random(3);
  for (let round = 0; round < 60; round++) {
    const text = random.many(400, () => random.pick([...letters]));
    const dead = random.pick(entries);
    dead.alive = false;
    const ids: string[] = [];
    assert.ok(grouped.match(text, endless(), ids));
    const expected = entries.filter(({ alive, matcher }) => {
      matcher.search(text, endless());
      return alive && matcher.found[0] === 1;
    });
    assert.deepEqual(ids.sort(), expected.map(({ id }) => id).sort());
    dead.alive = true;
  }
  return grouped;
}

it('patterns without literals run as a group', () => {
  const sources = Array.from({ length: 40 }, (_, n) => `\\d{${n + 1}}-\\d|[x-z]{${n + 2}}`);
  assert.equal(compare(sources, '0123-xyz').groups, 2);
});

it('a group with too many states is dissolved, and no match is lost', () => {
  const sources = Array.from({ length: 24 }, (_, n) => `[a-m][^n]{${n + 3}}\\d.*[n-z]{${(n % 5) + 1}}[0-4]`);
  assert.equal(compare(sources, 'abmnz059 ').groups, 0);
});
