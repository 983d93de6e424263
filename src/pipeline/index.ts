/** From an event to decisions: dedupe, route, match, act, accept. `pipeline.ts` reads as that sentence. */
export { type DecideOptions, decideMatch, type Looked } from './decide.ts';
export { createDedupe } from './dedupe.ts';
export { createDetours, type Detours, shareDetours } from './detours.ts';
export { createEffects } from './effects.ts';
export { createLoopGuard } from './loop-guard.ts';
export { createPipeline } from './pipeline.ts';
export type { SlowMatch, TooSlow } from './too-slow.ts';
