import { formatDuration } from '../../../domain/duration.ts';
import type { HistoryKind, IncidentState } from '../../../domain/incident.ts';
import { labelOf, type PageNames } from '../../../web/lib/names.ts';
import { when } from '../../../web/lib/time.ts';
import type { Incident, Who } from './api.ts';

/** The state in StateBadge whose colour a state of an incident has. */
export const toneOf: Record<IncidentState, string> = {
  firing: 'danger',
  acknowledged: 'begun',
  silenced: 'neutral',
  flapping: 'warning',
  resolved: 'success',
};

/** Words of the time line; the actor follows with "by". */
export const wordsOf: Record<HistoryKind, string> = {
  opened: 'Opened',
  changed: 'Changed',
  resolved: 'Resolved',
  acknowledged: 'Acknowledged',
  silenced: 'Silenced',
  unsilenced: 'Silence ended',
  'reminders stopped': 'Reminders stopped',
  reminded: 'Reminder sent',
  flapping: 'Flapping',
  steady: 'Steady again',
  'posted again': 'Card posted again',
  context: 'Log lines and changes',
  note: 'Note',
};

/** When it began, as its source says; without that, when it was opened here. */
export const beganAt = ({ startedAt, openedAt }: Incident): string => startedAt ?? openedAt;
export const isOpen = ({ state }: Incident): boolean => state !== 'resolved';

/** How long it has lasted, or lasted. */
export function lasting(incident: Incident, now: number): string {
  const { durationSeconds } = incident;
  if (isOpen(incident) || durationSeconds === null)
    return formatDuration(Math.max(0, now - Date.parse(beganAt(incident))));
  return formatDuration(durationSeconds * 1_000);
}

/** Returns `ada`, `@ada` for a user of Slack, `ci (token)`, or `the program`. */
export function nameOf({ kind, name }: Who, names: PageNames): string {
  switch (kind) {
    case 'slack':
      return labelOf(name, names).label;
    case 'token':
      return `${name} (token)`;
    case 'program':
      return 'the program';
    case 'user':
      return name;
  }
}

export function silenceText(silenced: NonNullable<Incident['silenced']>, names: PageNames, now: number): string {
  const until = silenced.until === null ? 'it is resolved' : when(silenced.until, now);
  return `silenced by ${nameOf(silenced.by, names)} until ${until}`;
}

/** Returns why the card of an open incident is not in Slack; null: it is there. */
export function cardNote({ card, state }: Incident): string | null {
  if (state === 'resolved') return null;
  if (card === null) return 'not posted';
  if (card.state === 'queued' || card.state === 'sending') return 'card waits for Slack';
  return card.state === 'failed' || card.state === 'expired' ? `card ${card.state}` : null;
}

/** Who takes care of an open incident, or how it ended. */
export function holders(incident: Incident, names: PageNames, now: number): string[] {
  const { acknowledged, silenced, resolvedBy } = incident;
  if (!isOpen(incident)) return [resolvedBy === null ? 'recovered' : `resolved by ${nameOf(resolvedBy, names)}`];
  return [
    ...(acknowledged === null ? [] : [`${nameOf(acknowledged.by, names)} is on it`]),
    ...(silenced === null ? [] : [silenceText(silenced, names, now)]),
  ];
}
