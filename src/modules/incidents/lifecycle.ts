import type { Delivery } from '../../domain/delivery.ts';
import { formatDuration } from '../../domain/duration.ts';
import {
  type HistoryEntry,
  type HistoryKind,
  type Incident,
  type IncidentSource,
  type IncidentStatus,
  isOpenIncident,
} from '../../domain/incident.ts';
import type { Actor } from '../../domain/principal.ts';
import { severities } from '../../domain/severity.ts';
import { boldTitle } from './card.ts';
import type { Reported } from './facts.ts';

/** A report of a source on one key. Times are milliseconds since the epoch. */
export interface Report extends Reported {
  key: string;
  source: IncidentSource;
  status: IncidentStatus;
  /** SHA-256 of status, start and facts. */
  digest: string;
  /** Start of what fires now; null: unknown. */
  since: number | null;
  /** When it ended, as the source says; null: it fires, or the time is unknown. */
  endedAt: number | null;
  channel: string;
}

/** A message in the thread of the card. */
export interface Reply {
  /** mrkdwn. */
  text: string;
  /** Whether it is shown in the channel, too. */
  broadcast: boolean;
}

/** The next state of an incident, and what people are told. */
export interface Step {
  incident: Incident;
  card: 'post' | 'edit' | 'none';
  history: HistoryEntry[];
  replies: Reply[];
  /** Whether destinations besides Slack are told of its begin or end. */
  copies: boolean;
  /** Answer to whoever reported it or acted. */
  msg: string;
}

/** Nothing changes. */
export interface NoStep {
  incident: null;
  msg: string;
}

export interface Given {
  now: number;
  team: string;
  /** In a maintenance window: nobody is told of what opens. */
  maintenance: boolean;
  /** When the thread gets log lines and the like; null: there are none. */
  contextDueAt: number | null;
}

export type CardInLedger = Pick<Delivery, 'state' | 'pending' | 'error'>;

const program: Actor = { kind: 'program', name: '' };

/** More changes than `most` within `withinMs` make an incident flapping; it ends when `least` or fewer are left. */
export const flapping = { most: 4, least: 2, withinMs: 30 * 60_000, kept: 20 };

export const recentChanges = (changes: readonly number[], now: number): number[] =>
  changes.filter((at) => Math.abs(now - at) < flapping.withinMs).slice(-flapping.kept);

export const entry = (at: number, kind: HistoryKind, text = '', actor: Actor = program): HistoryEntry => ({
  ...{ at, kind, actor, text },
});

/**
 * Decides what a report changes.
 * @param known the newest incident with the report's key
 * @param card its card in the ledger; null: it has none there
 */
export function observe(
  known: Incident | null,
  card: CardInLedger | null,
  report: Report,
  given: Given,
): Step | NoStep {
  if (known === null || !isOpenIncident(known)) {
    return report.status === 'firing' ? open(known, report, given) : afterTheEnd(known, card, report);
  }
  if (report.status !== known.status) return turn(known, card, report, given);
  return again(known, card, report, given);
}

function open(before: Incident | null, report: Report, given: Given): Step | NoStep {
  const { now } = given;
  if (before?.resolvedBy && report.digest === before.digest && !isForgotten(before, now)) {
    return { incident: null, msg: `#${before.number} was resolved by hand, and nothing has changed since.` };
  }
  const changes = [...recentChanges(before?.changes ?? [], now), now].slice(-flapping.kept);
  const flaps = changes.length > flapping.most;
  const incident: Incident = {
    ...{ number: 0, team: given.team, key: report.key, source: report.source, status: 'firing' },
    ...{ severity: report.severity, title: report.title, facts: report.facts, digest: report.digest },
    ...{ since: report.since, openedAt: now, resolvedAt: null, resolvedBy: null, channel: report.channel, card: null },
    ...{ acknowledged: null, silenced: null, silences: [], reminding: true, flappingSince: flaps ? now : null },
    ...{ changes, toldAt: now, contextDueAt: given.contextDueAt, revision: 0 },
  };
  const history = [
    entry(now, 'opened', given.maintenance ? 'in a maintenance window, so nobody is told yet' : ''),
    ...(flaps ? [entry(now, 'flapping', flappingText(changes))] : []),
  ];
  const { maintenance } = given;
  return {
    ...{ incident, history, card: maintenance ? 'none' : 'post', copies: !maintenance },
    replies: maintenance ? [] : openingReplies(incident),
    msg: maintenance ? 'A maintenance window is open: the card waits for its end.' : 'A new card is on its way.',
  };
}

/** Signals have no start that tells the next outage from a repetition, so an end by hand holds for a day. */
const isForgotten = ({ source, resolvedAt }: Incident, now: number): boolean =>
  source === 'signal' && now - (resolvedAt ?? 0) >= 86_400_000;

/** Replies that go with a new card. In a maintenance window somebody may have acted before it is posted. */
export function openingReplies(incident: Incident): Reply[] {
  const { facts, flappingSince, changes, silenced, acknowledged } = incident;
  return [
    ...(facts.notify === null || silenced !== null || acknowledged !== null
      ? []
      : [{ text: `${facts.notify} ${boldTitle(incident)}`, broadcast: false }]),
    ...(flappingSince === null ? [] : [{ text: flappingText(changes), broadcast: false }]),
  ];
}

const flappingText = (changes: readonly number[]) =>
  `It changes too often: ${changes.length} times within 30 minutes. Further changes are only shown in the card, until it is steady for 30 minutes.`;

/** The source repeats the end, or its last report differs a little. */
function afterTheEnd(known: Incident | null, card: CardInLedger | null, report: Report): Step | NoStep {
  if (known === null) return { incident: null, msg: 'There is no card to resolve.' };
  if (report.digest === known.digest) return nothingNew;
  // Also after a resolution by hand: the next report that fires is then a new incident.
  const incident = { ...known, digest: report.digest, facts: { ...report.facts, matchers: [] } };
  const edits = known.resolvedBy === null && card !== null && stands(card);
  const quiet = { history: [], replies: [], copies: false };
  if (edits) return { ...quiet, incident, card: 'edit', msg: 'The card is edited.' };
  return { ...quiet, incident, card: 'none', msg: nothingNew.msg };
}

const nothingNew: NoStep = { incident: null, msg: 'Nothing has changed.' };

/** The same status as before: the facts may differ, and the card may be gone. */
function again(known: Incident, card: CardInLedger | null, report: Report, given: Given): Step | NoStep {
  const step = cardStep(known, card, report.status, report.digest === known.digest);
  if (step === 'none' && report.digest === known.digest) return nothingNew;
  const { now } = given;
  const incident = { ...updated(known, report), toldAt: step === 'post' ? now : known.toldAt };
  const worse = severities.indexOf(report.severity) < severities.indexOf(known.severity);
  const changed = report.facts.state !== known.facts.state || worse;
  const history = [
    ...(changed
      ? [entry(now, 'changed', worse ? `${report.severity}, ${report.facts.state}` : report.facts.state)]
      : []),
    ...(step === 'post' && known.card !== null ? [entry(now, 'posted again')] : []),
  ];
  const replies =
    worse && known.silenced === null ? [{ text: `It is worse: ${report.severity}.`, broadcast: true }] : [];
  if (replies.length > 0) incident.toldAt = now;
  return { incident, card: step, history, replies, copies: false, msg: messages[step] };
}

const messages = { post: 'A new card is on its way.', edit: 'The card is edited.', none: 'Nothing has changed.' };

/** The status of an open incident turns. */
function turn(known: Incident, card: CardInLedger | null, report: Report, given: Given): Step {
  const { now } = given;
  const changes = [...recentChanges(known.changes, now), now].slice(-flapping.kept);
  const before = { ...updated(known, report), status: report.status, changes };
  const step = cardStep(known, card, report.status, false);
  if (known.flappingSince !== null) {
    const history = [entry(now, 'changed', report.status)];
    return { incident: before, card: step, history, replies: [], copies: false, msg: messages[step] };
  }
  if (changes.length > flapping.most) {
    const incident = { ...before, flappingSince: now, toldAt: now };
    const history = [entry(now, 'changed', report.status), entry(now, 'flapping', flappingText(changes))];
    const replies = known.silenced === null ? [{ text: flappingText(changes), broadcast: true }] : [];
    return { incident, card: step, history, replies, copies: false, msg: messages[step] };
  }
  const end = Math.max(report.endedAt ?? now, before.since ?? 0);
  const msg = known.card === null ? 'The incident is over; it had no card.' : messages[step];
  return { ...ended({ ...before, resolvedAt: end }, card, step, now), msg };
}

/** Returns the end of an incident, at its `resolvedAt`. @param card as it is in the ledger  @param by who resolved it by hand */
export function ended(
  incident: Incident,
  card: CardInLedger | null,
  step: Step['card'],
  now: number,
  by: Actor | null = null,
): Omit<Step, 'msg'> {
  const { since, resolvedAt } = incident;
  const took = since === null || resolvedAt === null ? '' : ` after ${formatDuration(Math.max(0, resolvedAt - since))}`;
  return {
    incident: { ...incident, status: 'resolved', flappingSince: null, contextDueAt: null, resolvedBy: by, toldAt: now },
    ...{ card: step, copies: incident.card !== null },
    history: [entry(now, 'resolved', took.trim(), by ?? program)],
    // A card that is not in Slack yet says it all.
    replies:
      step === 'post' || incident.card === null || card?.state === 'queued'
        ? []
        : [{ text: `Resolved${took}.`, broadcast: false }],
  };
}

/** The start of an incident is kept: later reports leave out alerts that were resolved. */
function updated(known: Incident, report: Report): Incident {
  const { severity, title, facts, digest } = report;
  const starts = [known.since, report.since].filter((time) => time !== null);
  const since = starts.length === 0 ? null : Math.min(...starts);
  if (report.status !== 'resolved') return { ...known, severity, title, facts, digest, since };
  // The end has no severity of its own in some sources.
  return { ...known, title, digest, since, facts: { ...facts, severityText: known.facts.severityText } };
}

/** @param status the new one  @param same whether the card would show what it shows now */
export function cardStep(
  known: Pick<Incident, 'card'>,
  card: CardInLedger | null,
  status: IncidentStatus,
  same: boolean,
): Step['card'] {
  // In a maintenance window nobody was told; the end of the window posts the card.
  if (known.card === null) return 'none';
  // Somebody withdrew the card, so they know about it: only a change that still fires is posted.
  const takenBack = (card?.state === 'withdrawn' && card.error === null) || card?.pending === 'delete';
  if (takenBack) return same || status === 'resolved' ? 'none' : 'post';
  if (card !== null && stands(card)) return same ? 'none' : 'edit';
  return 'post';
}

/** Returns whether a card can be edited: not if it failed, expired, was deleted in Slack, or Slack refused its last edit. */
function stands({ state, pending, error }: CardInLedger): boolean {
  if (state === 'sent') return pending !== null || error === null;
  return state === 'queued' || state === 'sending';
}
