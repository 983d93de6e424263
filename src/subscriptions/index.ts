/** Subscriptions: who tracks which pattern, in memory in front of the store; and checks of their channels and holders. */
export { createTracking, type LiveTracking } from './tracking.ts';
export { createUpkeep } from './upkeep.ts';
