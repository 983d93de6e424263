import type { Fix } from './fix.ts';
import type { Actor } from './principal.ts';
import type { Severity } from './severity.ts';

/** The condition of an incident as its source last reported it, or as a person set it. */
export type IncidentStatus = 'firing' | 'resolved';

/** Where an incident comes from. `signal`: a hook, a watcher or a job. */
export type IncidentSource = 'alertmanager' | 'grafana' | 'signal';

/** The facts of an incident that its card shows, from the last report of its source. All lists are bounded; texts are mrkdwn. */
export interface IncidentFacts {
  /** The severity as the source wrote it; null: none. */
  severityText: string | null;
  /** `2 firing, 1 resolved`. */
  state: string;
  about: string;
  /** A line for each alert, at most 10. */
  alerts: readonly string[];
  /** Number of alerts without a line. */
  more: number;
  links: readonly Link[];
  /** Plain labels that all alerts have; they name the service and the container. */
  labels: Readonly<Record<string, string>>;
  /** Label sets of the alerts for a silence in Alertmanager, at most 10; empty: the source is another one. */
  matchers: readonly Readonly<Record<string, string>>[];
  /** Who is mentioned when the incident opens: `@oncall`, `<@U0123>`; null: nobody. */
  notify: string | null;
  /** The job that a button runs; absent: none. */
  fix?: Fix;
}

export interface Link {
  name: string;
  url: string;
}

/** Something that is wrong, from its first report to its end. Times are milliseconds since the epoch. */
export interface Incident {
  /** Unique in the store; 0 before the store gives one. */
  number: number;
  team: string;
  /** Incidents with the same key are about the same thing. At most one of them is open. */
  key: string;
  source: IncidentSource;
  status: IncidentStatus;
  severity: Severity;
  /** Plain text. */
  title: string;
  facts: IncidentFacts;
  /** SHA-256 of status and facts of the last report. */
  digest: string;
  /** When it began, as the source says; null: unknown. */
  since: number | null;
  openedAt: number;
  resolvedAt: number | null;
  /** Set when a person resolved it. The source may still report it as firing. */
  resolvedBy: Actor | null;
  /** Destination of its cards: `#alerts` or an id. */
  channel: string;
  /** Id of the card's delivery; null: not posted yet, because of a maintenance window. */
  card: string | null;
  acknowledged: { by: Actor; at: number; followedUp: boolean } | null;
  /** `until` null: until it is resolved. */
  silenced: { by: Actor; at: number; until: number | null } | null;
  /** Ids of its silences in Alertmanager. */
  silences: readonly string[];
  /** False: a person stopped its reminders. */
  reminding: boolean;
  /** Since when it changes too often; null: it does not. */
  flappingSince: number | null;
  /** Times of its last changes of status and of those of earlier incidents with its key, oldest first, at most 20. */
  changes: readonly number[];
  /** When people were last told of it. */
  toldAt: number;
  /** When log lines, the last deploy and the dashboard are to be posted in the thread; null: they were. */
  contextDueAt: number | null;
  /** Increases with every change. */
  revision: number;
}

export const historyKinds = [
  'opened',
  'changed',
  'resolved',
  'acknowledged',
  'silenced',
  'unsilenced',
  'reminders stopped',
  'reminded',
  'flapping',
  'steady',
  'posted again',
  'context',
  'note',
] as const;
export type HistoryKind = (typeof historyKinds)[number];

/** An entry of an incident's history. `text`: plain text, at most 4,000 characters; '' when the kind says everything. */
export interface HistoryEntry {
  at: number;
  kind: HistoryKind;
  actor: Actor;
  text: string;
}

/** One word for the condition of an incident, as lists and pages show it. */
export const incidentStates = ['firing', 'acknowledged', 'silenced', 'flapping', 'resolved'] as const;
export type IncidentState = (typeof incidentStates)[number];

export function stateOfIncident(incident: Incident): IncidentState {
  if (!isOpenIncident(incident)) return 'resolved';
  if (incident.flappingSince !== null) return 'flapping';
  if (incident.silenced !== null) return 'silenced';
  return incident.acknowledged === null ? 'firing' : 'acknowledged';
}

/** A flapping incident stays open while it is well. */
export const isOpenIncident = ({ status, flappingSince }: Pick<Incident, 'status' | 'flappingSince'>): boolean =>
  status === 'firing' || flappingSince !== null;
