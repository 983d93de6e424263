import { formatDuration } from '../../domain/duration.ts';
import { WrongState } from '../../domain/errors.ts';
import { type Incident, isOpenIncident } from '../../domain/incident.ts';
import { isSameActor } from '../../domain/principal.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import { type CardInLedger, cardStep, ended, entry, type Reply, type Step } from './lifecycle.ts';
import type { Person } from './people.ts';

/** The longest silence. Milliseconds. */
export const longestSilenceMs = 30 * 86_400_000;

type Act = (incident: Incident, card: CardInLedger | null, person: Person, now: number) => Step;

/** The acts of people on an incident. Each throws WrongState, with a sentence for the person, if the incident does not allow it. */
export const acknowledge: Act = (incident, card, { actor, name }, now) => {
  mustBeOpen(incident);
  const { acknowledged } = incident;
  if (acknowledged !== null && isSameActor(acknowledged.by, actor)) {
    throw new WrongState(`You acknowledged #${incident.number} before, ${ago(acknowledged.at, now)}.`);
  }
  const next = { ...incident, acknowledged: { by: actor, at: now, followedUp: false } };
  const reply = acknowledged === null ? `${name} is on it.` : `${name} takes over.`;
  const msg = `#${incident.number} is acknowledged; there are no more reminders. I ask again in 2 h if it is still open.`;
  return { ...edited(next, card, reply), history: [entry(now, 'acknowledged', '', actor)], msg };
};

/** @param until milliseconds since the epoch; null: until it is resolved */
export const silence =
  (until: number | null, during: string): Act =>
  (incident, card, { actor, name }, now) => {
    mustBeOpen(incident);
    if (until === null && incident.silenced?.until === null) {
      throw new WrongState(`#${incident.number} is silenced until it is solved already.`);
    }
    const next = { ...incident, silenced: { by: actor, at: now, until } };
    const reply = `${name} silenced it ${during}.`;
    const history = [entry(now, 'silenced', during, actor)];
    return { ...edited(next, card, reply), history, msg: `#${incident.number} is silenced ${during}.` };
  };

export const endSilence: Act = (incident, card, { actor, name }, now) => {
  mustBeOpen(incident);
  if (incident.silenced === null) throw new WrongState(`#${incident.number} is not silenced.`);
  const history = [entry(now, 'unsilenced', '', actor)];
  const next = { ...incident, silenced: null };
  return {
    ...edited(next, card, `${name} ended the silence.`),
    history,
    msg: `#${incident.number} is silenced no more.`,
  };
};

/** @param note plain text; '' for none */
export const resolve =
  (note: string): Act =>
  (incident, card, { actor, name }, now) => {
    mustBeOpen(incident);
    const at = Math.max(now, incident.since ?? 0);
    const step = ended({ ...incident, resolvedAt: at }, card, 'none', now, actor);
    const replies = step.replies.map(({ text, broadcast }) => ({
      text: `${text.replace(/\.$/, '')} by ${name}${note === '' ? '.' : `: ${escapeMrkdwn(note)}`}`,
      broadcast,
    }));
    const history = [...step.history, ...(note === '' ? [] : [entry(now, 'note', note, actor)])];
    const msg = `#${incident.number} is resolved. If it is reported with anything new, a new incident opens.`;
    return { ...step, replies, history, card: cardStep(incident, card, 'resolved', false), msg };
  };

export const stopReminding: Act = (incident, card, { actor, name }, now) => {
  mustBeOpen(incident);
  if (!incident.reminding) throw new WrongState(`The reminders of #${incident.number} are stopped already.`);
  const next = { ...incident, reminding: false };
  const history = [entry(now, 'reminders stopped', '', actor)];
  const msg = `I remind nobody of #${incident.number} any more.`;
  return { ...edited(next, card, `${name} stopped the reminders.`), history, msg };
};

/** Replies go to the thread of a card. Without one the history has it. */
function edited(incident: Incident, card: CardInLedger | null, text: string): Omit<Step, 'history' | 'msg'> {
  const replies: Reply[] = incident.card === null ? [] : [{ text, broadcast: false }];
  return { incident, card: cardStep(incident, card, 'firing', false), replies, copies: false };
}

function mustBeOpen(incident: Incident): void {
  if (isOpenIncident(incident)) return;
  const { number, resolvedAt } = incident;
  const when =
    resolvedAt === null ? '' : ` since ${new Date(resolvedAt).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  throw new WrongState(`#${number} is resolved${when}; there is nothing to do.`);
}

const ago = (at: number, now: number) => `${formatDuration(Math.max(0, now - at))} ago`;
