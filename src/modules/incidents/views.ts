import type { Delivery } from '../../domain/delivery.ts';
import {
  type HistoryEntry,
  historyKinds,
  type Incident,
  incidentStates,
  isOpenIncident,
  stateOfIncident,
} from '../../domain/incident.ts';
import { severities } from '../../domain/severity.ts';
import { Type } from '../../lib/schema.ts';
import type { Window } from './maintenance.ts';

const time = (description: string) => Type.String({ format: 'date-time', description });
const orNull = <T extends ReturnType<typeof Type.String> | ReturnType<typeof Type.Object>>(schema: T) =>
  Type.Union([schema, Type.Null()]);

const who = Type.Object({
  kind: Type.Enum(['user', 'token', 'slack', 'program']),
  name: Type.String({ description: 'Of the person or token, or a Slack user’s id.' }),
});

const incidentFields = {
  number: Type.Integer(),
  title: Type.String(),
  severity: Type.Enum([...severities]),
  state: Type.Enum([...incidentStates], { description: 'Its condition in a word.' }),
  status: Type.Enum(['firing', 'resolved'], { description: 'As its source last reported it.' }),
  source: Type.Enum(['alertmanager', 'grafana', 'signal'], { description: '`signal`: a hook, a watcher or a job.' }),
  startedAt: orNull(time('When it began, as its source says; null: unknown.')),
  openedAt: time('When it was first reported.'),
  resolvedAt: orNull(time('Null: it is open.')),
  durationSeconds: Type.Integer({ description: 'From its begin to its end, or until now.' }),
  channel: Type.String({ description: 'Of its card.' }),
  about: Type.String({ description: 'mrkdwn' }),
  alerts: Type.Array(Type.String(), { description: 'A line in mrkdwn for each alert, at most 10.' }),
  more: Type.Integer({ description: 'Number of alerts without a line.' }),
  links: Type.Array(Type.Object({ name: Type.String(), url: Type.String() })),
  labels: Type.Record(Type.String(), Type.String()),
  acknowledged: orNull(Type.Object({ by: who, at: time('When.') })),
  silenced: orNull(Type.Object({ by: who, at: time('When.'), until: orNull(time('Null: until it is resolved.')) })),
  resolvedBy: orNull(Type.Object({ ...who.properties }, { description: 'Present when a person resolved it.' })),
  reminding: Type.Boolean({ description: 'False: a person stopped its reminders.' }),
  flappingSince: orNull(time('Since when it changes too often; null: it does not.')),
  toldAt: time('When people were last told of it.'),
  card: orNull(
    Type.Object(
      {
        id: Type.String({ format: 'uuid' }),
        state: orNull(Type.String({ description: 'Of its message; null: the ledger has it no more.' })),
        permalink: orNull(Type.String({ description: 'Its address in Slack.' })),
      },
      { description: 'For GET /ultronex/messages/{id}. Null: it is not posted, because of a maintenance window.' },
    ),
  ),
};

export const incidentView = Type.Object(incidentFields);

export const windowView = Type.Object({
  from: time('When it began.'),
  until: time('When it ends.'),
  reason: Type.String(),
  by: who,
});

export const incidentWithHistory = Type.Object({
  ...incidentFields,
  history: Type.Array(
    Type.Object({
      at: time('When.'),
      kind: Type.Enum([...historyKinds]),
      actor: who,
      text: Type.String(),
    }),
    { description: 'Oldest first: the first 100 entries and the last 400.' },
  ),
});

const iso = (ms: number) => new Date(ms).toISOString();
const isoOrNull = (ms: number | null) => (ms === null ? null : iso(ms));

/** @param card its card in the ledger; null: it has none there */
export function viewIncident(incident: Incident, card: Pick<Delivery, 'state' | 'slack'> | null, now: number) {
  const { number, title, severity, status, source, since, openedAt, resolvedAt, channel, facts } = incident;
  const { acknowledged, silenced, resolvedBy, reminding, flappingSince, toldAt } = incident;
  const end = isOpenIncident(incident) ? now : (resolvedAt ?? now);
  return {
    ...{ number, title, severity, state: stateOfIncident(incident), status, source },
    startedAt: isoOrNull(since),
    openedAt: iso(openedAt),
    resolvedAt: isoOrNull(resolvedAt),
    durationSeconds: Math.max(0, Math.round((end - (since ?? openedAt)) / 1_000)),
    ...{ channel, about: facts.about, alerts: [...facts.alerts], more: facts.more },
    links: facts.links.map((link) => ({ ...link })),
    labels: { ...facts.labels },
    acknowledged: acknowledged && { by: acknowledged.by, at: iso(acknowledged.at) },
    silenced: silenced && { by: silenced.by, at: iso(silenced.at), until: isoOrNull(silenced.until) },
    ...{ resolvedBy, reminding, flappingSince: isoOrNull(flappingSince), toldAt: iso(toldAt) },
    card:
      incident.card === null
        ? null
        : { id: incident.card, state: card?.state ?? null, permalink: card?.slack?.permalink ?? null },
  };
}

export const viewEntry = ({ at, kind, actor, text }: HistoryEntry) => ({ at: iso(at), kind, actor, text });

export const viewWindow = ({ from, until, reason, by }: Window) => ({ from: iso(from), until: iso(until), reason, by });
