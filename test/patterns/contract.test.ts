import { createPatternSet, createPatternTools } from '../../src/patterns/index.ts';
import { patternSetContract } from '../contract/pattern-set.ts';

patternSetContract('two stages', () => ({ set: createPatternSet(), tools: createPatternTools() }));
