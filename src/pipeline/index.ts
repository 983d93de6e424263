/** From an event to decisions: dedupe, route, match, act, accept. `pipeline.ts` reads as that sentence. */
export { createDedupe } from './dedupe.ts';
export { createDetours } from './detours.ts';
export { createEffects } from './effects.ts';
export { createLoopGuard } from './loop-guard.ts';
export { createPipeline } from './pipeline.ts';
export { createScanner } from './scanner.ts';
export { createTracking } from './tracking.ts';
export { createUpkeep } from './upkeep.ts';
