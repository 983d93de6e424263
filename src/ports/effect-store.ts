import type { WrittenEffect } from '../domain/effect.ts';
import type { UnitOfWork } from './unit-of-work.ts';

export interface EffectJob {
  effect: WrittenEffect;
  /** The effect was begun, and its program ended before the effect did. Whether it was performed is unknown. */
  interrupted: boolean;
}

/** Effects that were accepted and have not ended. Times are milliseconds since the epoch. */
export interface EffectStore {
  /**
   * Leases up to `limit` effects, oldest first, until now + leaseMs. Resolves when it is on disk that they were
   * begun.
   */
  claimEffects(now: number, leaseMs: number, limit: number): Promise<EffectJob[]>;
  /** Ends an effect and accepts the unit of its outcome, in one commit. Does nothing if the effect has ended before. */
  finishEffect(id: string, unit: UnitOfWork): Promise<void>;
  /** Calls `listener` in the same process after an effect was accepted. */
  onEffect(listener: () => void): void;
}
