import type { Button, Content, Tone } from '../../domain/delivery.ts';
import { formatDuration } from '../../domain/duration.ts';
import type { Fix } from '../../domain/fix.ts';
import { type Incident, isOpenIncident, stateOfIncident } from '../../domain/incident.ts';
import type { Actor } from '../../domain/principal.ts';
import { escapeMrkdwn, slackDate } from '../../domain/text.ts';
import type { Names } from '../../domain/visible-text.ts';
import { linkText, moreLine } from './links.ts';
import { oneLine } from './markup.ts';
import { personOf } from './people.ts';
import { signOf } from './signs.ts';

export type Card = Required<Pick<Content, 'text' | 'sections' | 'buttons' | 'tone'>>;

const most = { title: 150, severity: 40 };
/** Limit of `chat.update` for the text; the blocks may be longer. */
const textCharacters = 4_000;
/** Most links of a card, with the one to the incident's page. */
const mostLinks = 3;

export interface CardOptions {
  /** Public address of this program; '' when it is unknown. */
  publicUrl: string;
  /** Whether the bot has the command `restart`. */
  canRestart(): boolean;
  /** Whether the bot runs jobs. */
  canRun(): boolean;
  /** Whether the bot can read logs. */
  canReadLogs: boolean;
  names: Pick<Names, 'user'>;
  /** Id of the card's delivery, for the address of the list of all alerts. */
  card: string;
}

/** Returns the card of an incident. It does not depend on the current time, so that the same incident has the same card. */
export function cardOf(incident: Incident, options: CardOptions): Card {
  const { facts, number, since } = incident;
  const { publicUrl, names } = options;
  const page = publicUrl !== '' && number > 0 ? `${publicUrl}/ultronex/incidents/${number}` : null;
  const first = [heading(incident), ...standing(incident, names), facts.about].filter(Boolean).join('\n');
  const links = facts.links
    .filter(({ name }) => name !== 'Silence' || incident.status === 'firing')
    .slice(0, page === null ? mostLinks : mostLinks - 1);
  const last = [
    ...(number > 0 ? [page === null ? `#${number}` : linkText({ name: `#${number}`, url: page })] : []),
    ...(since === null ? [] : [`Since ${slackDate(since)}`]),
    ...links.map(linkText).filter(Boolean),
  ].join(' · ');
  const listUrl = publicUrl === '' ? null : `${publicUrl}/ultronex/incidents/alerts/${options.card}`;
  const parts = (shown: number) =>
    [
      first,
      [...facts.alerts.slice(0, shown), moreLine(facts.more + facts.alerts.length - shown, listUrl)]
        .filter(Boolean)
        .join('\n'),
      last,
    ].filter((part) => part !== '');
  const more = { buttons: buttonsOf(incident, options), tone: toneOf(incident) };
  const sections = parts(facts.alerts.length);
  for (let shown = facts.alerts.length; ; shown -= 1) {
    const text = parts(shown).join('\n');
    if (text.length <= textCharacters || shown === 0) return { text, sections, ...more };
  }
}

const toneOf = (incident: Incident): Tone => (isOpenIncident(incident) ? incident.severity : 'resolved');

/** The title in bold, which nothing in it can end. */
export const boldTitle = ({ title }: Pick<Incident, 'title'>): string =>
  `*${oneLine(title, most.title).replaceAll('*', '∗')}*`;

function heading(incident: Incident): string {
  const { severity, facts } = incident;
  const sign = signOf(isOpenIncident(incident) ? 'firing' : 'resolved', severity);
  const label = facts.severityText === null ? [] : [oneLine(facts.severityText, most.severity)];
  return [`${sign} ${boldTitle(incident)}`, ...label, conditionOf(incident)].join(' · ');
}

/** Returns the condition in words: `2 firing, 1 resolved`, `resolved after 2h 4m`. */
export function conditionOf(incident: Incident): string {
  const { status, facts, since, resolvedAt, flappingSince } = incident;
  if (flappingSince !== null) return `flapping, now ${status}`;
  if (status === 'firing') return facts.state;
  return since === null || resolvedAt === null
    ? 'resolved'
    : `resolved after ${formatDuration(Math.max(0, resolvedAt - since))}`;
}

/** Returns the lines on who is on it, by name: a mention in a new card would ping the person who acted. */
function standing(incident: Incident, names: Pick<Names, 'user'>): string[] {
  const nameOf = (actor: Actor) => personOf(actor, names).name;
  const { acknowledged, silenced, resolvedBy } = incident;
  if (stateOfIncident(incident) === 'resolved') return resolvedBy === null ? [] : [`Resolved by ${nameOf(resolvedBy)}`];
  const until = (time: number | null) => (time === null ? 'it is solved' : slackDate(time));
  return [
    ...(acknowledged === null ? [] : [`:eyes: ${nameOf(acknowledged.by)} is on it`]),
    ...(silenced === null ? [] : [`:no_bell: Silenced by ${nameOf(silenced.by)} until ${until(silenced.until)}`]),
  ];
}

/** Returns an actor in mrkdwn. A user of Slack is mentioned, which pings. */
export function actorText({ kind, name }: Actor): string {
  if (kind === 'slack') return `<@${name}>`;
  if (kind === 'program') return 'Ultronex';
  return escapeMrkdwn(kind === 'token' ? `the token ${name}` : name);
}

function buttonsOf(incident: Incident, { canRestart, canRun, canReadLogs }: CardOptions): Button[] {
  const { number, acknowledged, silenced, facts } = incident;
  if (!isOpenIncident(incident)) return [];
  const container = facts.labels.container ?? facts.labels.name;
  return [
    ...(acknowledged === null ? [{ label: 'Acknowledge', command: `ack ${number}` }] : []),
    ...(silenced === null
      ? [
          { label: 'Silence 1 h', command: `silence ${number} 1h` },
          { label: 'Silence 8 h', command: `silence ${number} 8h` },
          { label: 'Silence until solved', command: `silence ${number} until solved` },
        ]
      : [{ label: 'End silence', command: `silence ${number} off` }]),
    ...(canRestart() && container !== undefined && /^[A-Za-z0-9][\w.-]{0,127}$/.test(container)
      ? [{ label: `Restart ${container}`, command: `restart ${container}` }]
      : []),
    ...(canRun() && facts.fix !== undefined ? [fixButton(facts.fix)] : []),
    ...(canReadLogs ? [{ label: 'Logs', command: `logs ${number}` }] : []),
  ];
}

function fixButton({ job, twoPerson }: Fix): Button {
  return twoPerson
    ? { label: `Ask for ${job}`, command: `propose ${job}` }
    : { label: `Run ${job}`, command: `run ${job}` };
}
