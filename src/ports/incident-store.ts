import type { HistoryEntry, Incident } from '../domain/incident.ts';
import type { Page } from './ledger-store.ts';

export interface IncidentFilter {
  team: string;
  /** Absent: open ones and resolved ones. */
  open?: boolean;
  /** A part of the title, without regard to case. */
  search?: string;
  /** Its key. */
  key?: string;
}

/**
 * A change of an incident. `incident.revision` is the one that was read, 0 for a new incident; the store writes it with
 * the next revision. When another change came first, `accept` throws WrongState and writes nothing.
 */
export interface IncidentChange {
  incident: Incident;
  /** Entries that are added to its history. */
  history: readonly HistoryEntry[];
}

/** Incidents and their histories. They are written by units of work (`UnitOfWork.incidents`). */
export interface IncidentStore {
  /** The newest incident with a key, open or resolved. */
  latestIncident(team: string, key: string): Promise<Incident | null>;
  incident(team: string, number: number): Promise<Incident | null>;
  /** The incident whose card is this delivery. */
  incidentOfCard(delivery: string): Promise<Incident | null>;
  /** The next free number. Another program may take it first; `accept` then throws WrongState. */
  nextIncidentNumber(): Promise<number>;
  /** Newest first. @throws InvalidRequest for a foreign cursor */
  incidents(filter: IncidentFilter, cursor: string | null, limit: number): Promise<Page<Incident>>;
  /**
   * Incidents of all teams that are open, or whose silences in Alertmanager have not ended. Oldest first, at most `limit`,
   * with a number above `after`.
   */
  unfinishedIncidents(after: number, limit: number): Promise<Incident[]>;
  /** Calls `listener` in the same process after a change was committed. */
  onIncident(listener: (change: IncidentChange) => void): void;
  /** Oldest first. An incident keeps its first 100 and its last 400 entries. */
  incidentHistory(number: number): Promise<HistoryEntry[]>;
}

/** What one of several programs on the store does. */
export interface LeaseStore {
  /**
   * Takes or prolongs the lease of a task for this program, until `now + ms`. Resolves with false when another program
   * holds it. A lease that ends much later than `now + ms` is taken over: it is from a clock that was ahead. So all
   * programs ask for the same time. `domain/lease.ts` decides when. @throws StoreUnavailable
   */
  lease(name: string, now: number, ms: number): Promise<boolean>;
}
