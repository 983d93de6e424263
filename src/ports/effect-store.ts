import type { WrittenEffect } from '../domain/effect.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface EffectJob {
  effect: WrittenEffect;
  /** It was begun before and never ended: the program that performed it is gone. Whether it was done is not known. */
  interrupted: boolean;
}

/** Effects that were accepted and have not ended. Times are milliseconds since the epoch. */
export interface EffectStore {
  /** Up to `limit` effects, oldest first, each leased until now + leaseMs. That it was begun is on disk when this resolves. */
  claimEffects(now: number, leaseMs: number, limit: number): Promise<EffectJob[]>;
  /** Ends the effect and accepts what its outcome causes, in one commit. Does nothing when it has ended before. */
  finishEffect(id: string, unit: UnitOfWork): Promise<void>;
  /** Calls `listener` in the same process after an effect was accepted. */
  onEffect(listener: () => void): void;
}
