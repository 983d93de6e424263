import type { Severity } from '../domain/severity.ts';

/** Something that is wrong, or that is well again, as a hook, a watcher or a job reports it. */
export interface Signal {
  /** Signals with the same key are about the same incident. The first word is its source: `hook:sensor 7`. */
  key: string;
  status: 'firing' | 'resolved';
  /** Plain text. */
  title: string;
  /** mrkdwn, escaped where it comes from outside; '' if there is none. */
  text: string;
  /** mrkdwn of at most 3,000 characters that is posted in the thread when the incident opens, such as log lines. */
  thread?: string;
  /** Further facts as plain text, by name. */
  fields: Readonly<Record<string, string>>;
  severity: Severity;
  /** Who is mentioned when the incident opens: `@oncall`, a user's id. Absent: nobody. */
  notify?: string;
  /** The job that may mend it, as `domain/fix.ts` reads it. Absent: none. */
  fix?: string;
  /** Where a new card is posted; null: the channel for alerts. */
  channel: string | null;
  /** Milliseconds since the epoch. */
  at: number;
}

/** The result of a signal. `id`: the delivery of the incident's card; null if there is none. */
export interface Told {
  msg: string;
  id: string | null;
}

/** Receives the signals of all modules, and tells people of incidents. */
export interface SignalSink {
  /** Resolves once the change is on disk. @throws StoreUnavailable */
  signal(signal: Signal): Promise<Told>;
}
