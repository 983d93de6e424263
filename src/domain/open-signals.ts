import { type Incident, isOpenIncident } from './incident.ts';

interface Store {
  /** See `IncidentStore`. */
  unfinishedIncidents(after: number, limit: number): Promise<Incident[]>;
}

const atOnce = 200;
const mostLooks = 50;

/** Returns the key of the incident that a signal opens. @param key of the signal */
export const incidentKeyOf = (key: string): string => `signal:${key}`;

/**
 * Returns the names of what has an open incident: the rest of the keys of their signals.
 * @param source the first word of those keys: `check`, `job`
 */
export async function namesWithIncident(store: Store, source: string): Promise<string[]> {
  const prefix = incidentKeyOf(`${source}:`);
  const names: string[] = [];
  let after = 0;
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const incidents = await store.unfinishedIncidents(after, atOnce);
    const open = incidents.filter((incident) => isOpenIncident(incident) && incident.key.startsWith(prefix));
    names.push(...open.map(({ key }) => key.slice(prefix.length)));
    after = incidents.at(-1)?.number ?? after;
    if (incidents.length < atOnce) break;
  }
  return names;
}
