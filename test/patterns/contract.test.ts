import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createPatternSet, createPatternTools, loadPatterns } from '../../src/patterns/index.ts';
import { patternSetContract } from '../contract/pattern-set.ts';
import { installedEngines } from './engines.ts';

const engines = await installedEngines();
for (const engine of engines) {
  patternSetContract(`two stages on ${engine.name}`, () => ({
    set: createPatternSet({ engine }),
    tools: createPatternTools({ engine }),
  }));
}

it('the loader takes the fastest engine that is installed, and says so', async () => {
  const lines: object[] = [];
  const patterns = await loadPatterns({ info: (details) => lines.push(details) });
  assert.equal(patterns.engine, engines.at(-1)?.name);
  assert.equal((lines[0] as { engine: string }).engine, patterns.engine);
  const set = patterns.createSet();
  set.add('a', 'x');
  assert.deepEqual(set.match('X'), ['a']);
  patterns.tools.check('x');
});
