import assert from 'node:assert/strict';
import { it } from 'node:test';
import { Subject } from '../../src/patterns/engine.ts';
import { re2jsEngine } from '../../src/patterns/engine-re2js.ts';
import type { Entry } from '../../src/patterns/entry.ts';
import { LiteralFree } from '../../src/patterns/literal-free.ts';
import { Random } from './random.ts';

const entryOf = (source: string): Entry => ({
  ...{ id: source, source, programSize: 30, clauses: [], alive: true },
  verifier: re2jsEngine.compile(source),
});

/** Runs a group over random letters and compares it with its members one by one. */
function compare(sources: readonly string[], letters: string): LiteralFree {
  const entries = sources.map(entryOf);
  const grouped = new LiteralFree(entries);
  const random = new Random(3);
  for (let round = 0; round < 60; round++) {
    const subject = new Subject(random.many(400, () => random.pick([...letters])));
    const dead = random.pick(entries);
    dead.alive = false;
    const ids: string[] = [];
    grouped.match(subject, ids);
    const expected = entries.filter((entry) => entry.alive && entry.verifier.matches(subject)).map(({ id }) => id);
    assert.deepEqual(ids.sort(), expected.sort());
    dead.alive = true;
  }
  return grouped;
}

it('patterns without literals run as a group', () => {
  const sources = Array.from({ length: 40 }, (_, n) => `\\d{${n + 1}}-\\d|[x-z]{${n + 2}}`);
  assert.equal(compare(sources, '0123-xyz').groups, 2);
});

it('a group whose automaton grows without end is dissolved, and nothing is lost', () => {
  const sources = Array.from({ length: 24 }, (_, n) => `[a-m][^n]{${n + 3}}\\d.*[n-z]{${(n % 5) + 1}}[0-4]`);
  assert.equal(compare(sources, 'abmnz059 ').groups, 0);
});
