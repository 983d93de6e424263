import { formatDuration } from '../../domain/duration.ts';
import { type Incident, isOpenIncident } from '../../domain/incident.ts';
import { actorText, boldTitle, conditionOf } from './card.ts';
import {
  type CardInLedger,
  cardStep,
  ended,
  entry,
  flapping,
  openingReplies,
  type Reply,
  recentChanges,
  type Step,
} from './lifecycle.ts';

export interface DueGiven {
  now: number;
  maintenance: boolean;
  /** Time between reminders; null: there are none. */
  remindMs: number | null;
}

/** An acknowledged incident that is still open is asked about after this time. Milliseconds. */
const followUpMs = 2 * 3_600_000;
/** Time between attempts to end silences in Alertmanager. Milliseconds. */
const endAgainMs = 5 * 60_000;

/**
 * Decides what an open incident needs at this time: its card after a maintenance window, a new card in place of one that was
 * deleted, the end of a silence or of flapping, a reminder. One thing at a time; the next round finds the next one.
 * All of it depends on stored times, so a restart, another program or a jump of the clock repeats nothing.
 */
export function due(incident: Incident, card: CardInLedger | null, given: DueGiven): Omit<Step, 'msg'> | null {
  const { now } = given;
  if (!isOpenIncident(incident)) return silencesLeft(incident, now);
  if (incident.card === null) return given.maintenance ? null : afterMaintenance(incident, now);
  if (card?.state === 'expired') return postedAgain(incident, 'it did not reach Slack in time', now);
  if (isGone(card)) return postedAgain(incident, 'the card was gone from Slack', now);
  if (incident.flappingSince !== null) return steady(incident, incident.flappingSince, card, now);
  const { silenced } = incident;
  if (silenced !== null)
    return silenced.until !== null && silenced.until <= now ? silenceOver(incident, card, now) : null;
  if (given.maintenance) return null;
  return reminder(incident, card, given);
}

/** Silences in Alertmanager whose end failed or was interrupted would hide the next incident: their end is tried again. */
function silencesLeft(incident: Incident, now: number): Omit<Step, 'msg'> | null {
  if (incident.silences.length === 0 || Math.abs(now - incident.toldAt) < endAgainMs) return null;
  return { incident: { ...incident, toldAt: now }, card: 'none', history: [], replies: [], copies: false };
}

/** Deleted in Slack by hand, or its last edit was refused. A card that Slack refused to post waits for the next report. */
function isGone(card: CardInLedger | null): boolean {
  if (card === null) return false;
  const refusedEdit = card.state === 'sent' && card.pending === null && card.error !== null;
  return refusedEdit || (card.state === 'withdrawn' && card.error !== null);
}

function afterMaintenance(incident: Incident, now: number): Omit<Step, 'msg'> | null {
  // An incident that also ended within the window is only listed.
  if (incident.status !== 'firing') return null;
  const replies = openingReplies(incident);
  const told = { ...incident, toldAt: now };
  const history = [entry(now, 'note', 'the maintenance window is over')];
  return { incident: told, card: 'post', history, replies, copies: incident.silenced === null };
}

function postedAgain(incident: Incident, why: string, now: number): Omit<Step, 'msg'> {
  const history = [entry(now, 'posted again', why)];
  return { incident: { ...incident, toldAt: now }, card: 'post', history, replies: [], copies: false };
}

function steady(incident: Incident, since: number, card: CardInLedger | null, now: number): Omit<Step, 'msg'> | null {
  const recent = recentChanges(incident.changes, now);
  if (now - since < flapping.withinMs || recent.length > flapping.least) return null;
  const still = { ...incident, flappingSince: null, changes: recent, toldAt: now };
  const step = cardStep(incident, card, incident.status, false);
  const text = `It is steady again, and ${incident.status === 'firing' ? 'still firing' : 'resolved'}.`;
  const history = [entry(now, 'steady', incident.status)];
  if (incident.status === 'firing') {
    return { incident: still, card: step, history, replies: tellIn(incident, text), copies: false };
  }
  const end = ended({ ...still, resolvedAt: incident.changes.at(-1) ?? now }, card, step, now);
  return { ...end, history: [...history, ...end.history], replies: [{ text, broadcast: false }] };
}

function silenceOver(incident: Incident, card: CardInLedger | null, now: number): Omit<Step, 'msg'> {
  const next = { ...incident, silenced: null, toldAt: now };
  const text = `The silence is over, and ${boldTitle(incident)} is still open.`;
  const step = cardStep(incident, card, 'firing', false);
  return {
    incident: next,
    card: step,
    history: [entry(now, 'unsilenced')],
    replies: [{ text, broadcast: true }],
    copies: false,
  };
}

function reminder(
  incident: Incident,
  card: CardInLedger | null,
  { now, remindMs }: DueGiven,
): Omit<Step, 'msg'> | null {
  const { acknowledged, reminding, toldAt, status } = incident;
  if (!reminding || status !== 'firing') return null;
  const open = formatDuration(Math.max(0, now - (incident.since ?? incident.openedAt)));
  if (acknowledged !== null) {
    if (acknowledged.followedUp || now - acknowledged.at < followUpMs) return setBack(incident, acknowledged.at, now);
    const next = { ...incident, acknowledged: { ...acknowledged, followedUp: true }, toldAt: now };
    const text = `${actorText(acknowledged.by)}, this is still open after ${open}. How is it going?`;
    return told(next, now, [{ text, broadcast: false }]);
  }
  if (remindMs === null) return null;
  if (now - toldAt < remindMs) return setBack(incident, toldAt, now);
  const next = { ...incident, toldAt: now };
  // A card that Slack refused is the reminder: the channel may be there by now.
  if (cardStep(incident, card, 'firing', true) === 'post') return postedAgain(next, 'Slack had refused it', now);
  const text = `${boldTitle(incident)} is open for ${open} (${conditionOf(incident)}), and nobody is on it.`;
  return told(next, now, [{ text, broadcast: true }]);
}

const told = (incident: Incident, now: number, replies: Reply[]): Omit<Step, 'msg'> => ({
  ...{ incident, card: 'none', history: [entry(now, 'reminded')], replies, copies: false },
});

/** A time in the future was written while the clock was ahead: without this the reminder would wait for that time. */
function setBack(incident: Incident, at: number, now: number): Omit<Step, 'msg'> | null {
  if (at <= now) return null;
  const acknowledged = incident.acknowledged && {
    ...incident.acknowledged,
    at: Math.min(incident.acknowledged.at, now),
  };
  const next = { ...incident, acknowledged, toldAt: Math.min(incident.toldAt, now) };
  return { incident: next, card: 'none', history: [], replies: [], copies: false };
}

function tellIn(incident: Incident, text: string): Reply[] {
  return incident.silenced === null ? [{ text, broadcast: true }] : [];
}
