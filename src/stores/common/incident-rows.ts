import type { HistoryEntry, HistoryKind, Incident } from '../../domain/incident.ts';
import type { Actor } from '../../domain/principal.ts';

export interface IncidentRow {
  number: number;
  team: string;
  revision: number;
  /** The incident as JSON. */
  value: string;
}

export interface HistoryRow {
  at: number;
  kind: HistoryKind;
  actor_kind: Actor['kind'];
  actor: string;
  text: string;
}

/** Entries that the history of an incident keeps: the first ones, and the last ones. */
export const keptEntries = { first: 100, last: 400 };
/** Characters of an entry. */
const longest = { name: 200, text: 4_000 };

/** The values of the columns at, kind, actor_kind, actor, text. */
export const entryValues = ({ at, kind, actor, text }: HistoryEntry) =>
  [at, kind, actor.kind, actor.name.slice(0, longest.name), text.slice(0, longest.text)] as const;

export const toEntry = ({ at, kind, actor_kind, actor, text }: HistoryRow): HistoryEntry => ({
  ...{ at, kind, actor: { kind: actor_kind, name: actor }, text },
});

/** The columns count where they differ from the value: the team may have been adopted. */
export const fromIncidentRow = ({ number, team, revision, value }: IncidentRow): Incident => ({
  ...(JSON.parse(value) as Incident),
  ...{ number, team, revision },
});
