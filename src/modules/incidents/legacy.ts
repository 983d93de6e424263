import type { Incident, IncidentStatus } from '../../domain/incident.ts';
import { sha256 } from '../../lib/sha256.ts';
import type { StateStore } from '../../ports/store.ts';
import type { Report } from './lifecycle.ts';

/** The state of a group as versions before 16 of the store have it. */
interface Legacy {
  delivery: string;
  status: IncidentStatus;
  since: number | null;
}

export const legacyName = (key: string): string => `incidents:${sha256(key)}`;

/** Resolves with the open incident of an older program, whose card goes on; null: there is none. */
export async function readLegacy(
  store: StateStore,
  report: Report,
  team: string,
  now: number,
): Promise<Incident | null> {
  const stored = await store.state(legacyName(report.key));
  if (stored === null) return null;
  const { delivery, status, since } = JSON.parse(stored) as Legacy;
  if (status !== 'firing') return null;
  const { key, source, severity, title, facts, channel } = report;
  return {
    ...{ number: 0, team, key, source, status, severity, title, facts, channel, card: delivery, digest: '', since },
    ...{ openedAt: since ?? now, resolvedAt: null, resolvedBy: null, acknowledged: null, silenced: null, silences: [] },
    ...{ reminding: true, flappingSince: null, changes: [], toldAt: now, contextDueAt: null, revision: 0 },
  };
}
