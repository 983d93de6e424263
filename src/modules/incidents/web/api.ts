// The API of the module `incidents`.
import type { Answer, Query } from '../../../api/index.ts';
import { ApiError, call, query, send } from '../../../web/api.ts';

export type IncidentPage = Answer<'/ultronex/incidents'>;
export type Incident = IncidentPage['incidents'][number];
export type IncidentWithHistory = Answer<'/ultronex/incidents/{number}'>;
export type Entry = IncidentWithHistory['history'][number];
export type Who = Entry['actor'];
export type Maintenance = IncidentPage['maintenance'][number];
type IncidentQuery = NonNullable<Query<'/ultronex/incidents'>>;
export type IncidentTab = NonNullable<IncidentQuery['state']>;
export const incidentTabs: readonly IncidentTab[] = ['open', 'resolved', 'all'];
export type Changed = Answer<'/ultronex/incidents/{number}/ack', 'post'>;
/** How long a silence lasts: a duration, until the incident is resolved, or no longer. */
export type SilenceFor = '1h' | '8h' | 'until solved' | 'off';

const change = (number: number, action: string, body: object) =>
  call<Changed>('POST', `incidents/${number}/${action}`, body);

export const incidentsApi = {
  list: (filter: IncidentQuery) => call<IncidentPage>('GET', `incidents${query(filter)}`),
  one: (number: number) => call<IncidentWithHistory>('GET', `incidents/${number}`),
  acknowledge: (number: number) => change(number, 'ack', {}),
  silence: (number: number, lasts: SilenceFor) => change(number, 'silence', { for: lasts }),
  stopReminding: (number: number) => change(number, 'stop-reminding', {}),
  /** Resolves with the skeleton of a post-mortem, in Markdown. @throws ApiError */
  async postMortem(number: number): Promise<string> {
    const headers = { accept: 'text/markdown' };
    const response = await send(`incidents/${number}`, { headers }).catch(() => null);
    if (response?.ok) return response.text();
    throw new ApiError(response?.status ?? 0, `The server answered ${response?.status ?? 'nothing'}. Try again.`);
  },
  /** @param note '' for none */
  resolve: (number: number, note: string) => change(number, 'resolve', note === '' ? {} : { note }),
  endMaintenance: () => call<Answer<'/ultronex/incidents/maintenance', 'delete'>>('DELETE', 'incidents/maintenance'),
};
