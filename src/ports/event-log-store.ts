import type { RecordedEvent } from '../domain/team-event.ts';

export type NewEvent = RecordedEvent;

export interface LoggedEvent extends NewEvent {
  /** Grows by one with each event, in the order in which readers get them. */
  position: number;
  /** When it was accepted, milliseconds since the epoch. */
  at: number;
}

/**
 * The log of events that units of work bring (`UnitOfWork.events`). Readers follow it with a position of their own: an event that
 * a reader has not seen never gets a position below one that it has seen.
 */
export interface EventLogStore {
  /**
   * Gives at most `limit` accepted events their position, and resolves with their number. Before that no reader sees them. With
   * SQLite they have it from their commit on, and the number is 0.
   */
  orderEvents(limit: number): Promise<number>;
  /** Resolves with the events after a position, in their order. */
  eventsAfter(position: number, limit: number): Promise<LoggedEvent[]>;
  /** Positions of the oldest and the newest event. Without any: `first` is the next position, `last` the one of the last event that was. */
  eventEnds(): Promise<{ first: number; last: number }>;
  /** Resolves with the size in UTF-8 of the bodies of events after a position, up to another one. */
  eventBytes(after: number, upTo: number): Promise<number>;
  /**
   * Deletes events up to a position, and those that were accepted before a time (milliseconds since the epoch). The clock is
   * trusted as in `prune`.
   */
  pruneEvents(upTo: number, before: number): Promise<void>;
  /** Calls `listener` in the same process after an event was accepted. */
  onEvents(listener: () => void): void;
}
