import type { PatternSet, PatternTools } from '../ports/patterns.ts';
import type { Engine } from './engine.ts';
import { createRe2Engine, type Re2Constructor } from './engine-re2.ts';
import { re2jsEngine } from './engine-re2js.ts';
import { toolsFor } from './tools.ts';
import { TwoStageSet } from './two-stage-set.ts';

export type { Engine } from './engine.ts';
export { maxProgramSize, maxSourceLength } from './refusals.ts';

/** An empty set. Patterns are RE2 syntax, matched anywhere in the text and without regard to case. */
export function createPatternSet(options: { engine?: Engine } = {}): PatternSet {
  return new TwoStageSet(options.engine ?? re2jsEngine);
}

export function createPatternTools(options: { engine?: Engine } = {}): PatternTools {
  return toolsFor(options.engine ?? re2jsEngine);
}

/** What the best engine at hand offers. */
export interface Patterns {
  readonly engine: 're2' | 're2js';
  createSet(): PatternSet;
  readonly tools: PatternTools;
}

/** Native RE2 if the package `re2` is installed and loads, else null with the reason. */
export async function loadRe2(): Promise<{ engine: Engine } | { engine: null; reason: string }> {
  // Not a literal, so that neither the compiler nor a bundler asks for a package that is optional.
  const name: string = 're2';
  try {
    const module = (await import(name)) as { default: Re2Constructor };
    return { engine: createRe2Engine(module.default) };
  } catch (error) {
    return { engine: null, reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

/**
 * Native RE2 where it is installed (about twice as fast with thousands of patterns), else re2js. Same patterns accepted,
 * same hits.
 * @param log one line on the choice
 */
export async function loadPatterns(log?: { info(details: object, message: string): void }): Promise<Patterns> {
  const native = await loadRe2();
  const engine = native.engine ?? re2jsEngine;
  const why = native.engine === null ? { reason: native.reason } : {};
  log?.info({ engine: engine.name, ...why }, 'pattern engine chosen');
  return {
    engine: engine.name,
    createSet: () => createPatternSet({ engine }),
    tools: createPatternTools({ engine }),
  };
}
