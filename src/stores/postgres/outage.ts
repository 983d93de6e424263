import { StoreUnavailable } from '../../domain/errors.ts';
import { asStoreError } from './store-error.ts';

export interface Outage {
  /** Reports an error. While the database is away, only the first one that says so. */
  failed(error: unknown): void;
  /** The database works again. */
  worked(): void;
  /** Returns what was found last while the database is away: its message has the remedy. */
  reason(): StoreUnavailable | null;
}

/** Reports an outage once and not with every attempt to end it. */
export function createOutage(onError: (error: unknown) => void): Outage {
  let reason: StoreUnavailable | null = null;
  return {
    failed(cause) {
      const error = asStoreError(cause);
      if (error instanceof StoreUnavailable) {
        const isKnown = reason !== null;
        reason = error;
        if (isKnown) return;
      }
      onError(error);
    },
    worked() {
      reason = null;
    },
    reason: () => reason,
  };
}
