import { formatDuration } from '../../domain/duration.ts';
import { type Incident, isOpenIncident, stateOfIncident } from '../../domain/incident.ts';
import type { Names } from '../../domain/visible-text.ts';
import { boldTitle } from './card.ts';
import { personOf } from './people.ts';
import { signOf } from './signs.ts';

/** Returns an incident in one line of mrkdwn, which pings nobody: `#12 :x: *Disk full* · 2h 4m · anna is on it`. */
export function incidentLine(incident: Incident, now: number, names: Pick<Names, 'user'>): string {
  const { number, severity, since, openedAt, resolvedAt, acknowledged } = incident;
  const state = stateOfIncident(incident);
  const isOpen = isOpenIncident(incident);
  const words = [
    formatDuration(Math.max(0, (isOpen ? now : (resolvedAt ?? now)) - (since ?? openedAt))),
    ...(state === 'firing' || state === 'acknowledged' ? [] : [state]),
    ...(isOpen && acknowledged !== null ? [`${personOf(acknowledged.by, names).name} is on it`] : []),
  ];
  return `#${number} ${signOf(isOpen ? 'firing' : 'resolved', severity)} ${boldTitle(incident)} · ${words.join(' · ')}`;
}
