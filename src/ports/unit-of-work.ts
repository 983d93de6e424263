import type { AuditEntry } from '../domain/audit.ts';
import type { Counts } from '../domain/counters.ts';
import type { Content, NewDelivery } from '../domain/delivery.ts';
import type { WrittenEffect } from '../domain/effect.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Job } from '../domain/job.ts';
import type { Change } from '../domain/subscription.ts';
import type { NewEvent } from './event-log-store.ts';
import type { IncidentChange } from './incident-store.ts';

/** A value that a module stores, by a name that begins with the module's: `incidents:…`. */
export interface StateChange {
  name: string;
  /** Null deletes it. */
  value: string | null;
  /** The value that was read, null for none. When the store has another one by then, `accept` throws WrongState and writes nothing. */
  was?: string | null;
}

/** Everything that one event or request causes. It is committed together or not at all. */
export interface UnitOfWork {
  /** A unit with a known key is a duplicate and changes nothing. Keys are kept for at least 24 h. */
  key?: string;
  /** With `key`: a hash of the request, which tells a repetition from another request with the same key. */
  fingerprint?: string;
  deliveries?: NewDelivery[];
  blobs?: { id: string; bytes: Uint8Array }[];
  /** Edits of messages, with the effect of `LedgerStore.edit`. */
  edits?: { id: string; content: Partial<Content> }[];
  changes?: Change[];
  /** Values that a module stores. */
  state?: StateChange[];
  /** Changes of incidents. @see IncidentChange for conflicts */
  incidents?: readonly IncidentChange[];
  /** Changes of jobs. @see JobStore for conflicts */
  jobs?: readonly Job[];
  /** Effects outside of the program. Each is performed once, after the commit. */
  effects?: WrittenEffect[];
  /** Entries of the audit log on what the unit changes. */
  audit?: AuditEntry[];
  counts?: { team: string; by: Counts };
  /** Events for programs outside. @see EventLogStore */
  events?: readonly NewEvent[];
  /** A message whose files have to be fetched before it can be matched. */
  scan?: IncomingMessage;
}

/** A duplicate changed nothing; `deliveryId` is the first delivery of the original unit. */
export interface Accepted {
  duplicate: boolean;
  fingerprint: string | null;
  deliveryId: string | null;
}

export interface AcceptStore {
  /**
   * Resolves once the unit is on disk.
   * @throws StoreUnavailable; NotFound, WrongState for an edit, an incident, a job or a state with `was`. Then nothing was accepted.
   */
  accept(unit: UnitOfWork): Promise<Accepted>;
}
