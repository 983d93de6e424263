import type { Clock } from '../../domain/clock.ts';
import type { DatabaseAddress } from '../../lib/database-tls.ts';
import type { MergeOptions } from '../common/merge-options.ts';

/** The schema of the tables, unless another is given. */
export const usualSchema = 'ultronex';
/** A caller waits for so long, so that a request is answered within two seconds. Milliseconds. */
export const usualPatienceMs = 1_800;

export interface PostgresOptions extends DatabaseAddress {
  /** The schema of the tables, which is made when it is missing; absent: `usualSchema`. */
  schema?: string;
  /** The id of this instance. It must differ after a restart. */
  owner: string;
  clock: Clock;
  /** Null: similar messages are never merged. */
  merge?: MergeOptions | null;
  /** False: leases end by `clock` and not by the server's, as in tests with a clock of their own. */
  isServerClock?: boolean;
  /** A caller waits for the database so long, milliseconds; absent: `usualPatienceMs`. */
  patienceMs?: number;
  onCommit?: (ms: number, jobs: number) => void;
  /** Called after the wall clock jumped by `ms` milliseconds. */
  onClockJump?: (ms: number) => void;
  /** Called when work in the background failed. It is tried again. */
  onError: (error: unknown) => void;
}
