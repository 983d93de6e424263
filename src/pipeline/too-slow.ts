import type { Subscription } from '../domain/subscription.ts';

/** A subscription whose pattern took more time than its holder is allowed. `reason` is for the holder. */
export interface TooSlow {
  subscription: Subscription;
  reason: string;
}

/** Matches one text outside of the event loop. */
export type SlowMatch = (
  team: string,
  channel: string,
  text: string,
) => Promise<{ found: Subscription[]; tooSlow: TooSlow[] }>;
