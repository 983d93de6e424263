import { compose, type Stamp } from '../../domain/compose.ts';
import type { NewDelivery } from '../../domain/delivery.ts';
import { type Destination, inSlack } from '../../domain/destination.ts';
import type { EffectAsker } from '../../domain/effect.ts';
import { type Incident, isOpenIncident } from '../../domain/incident.ts';
import type { Severity } from '../../domain/severity.ts';
import type { UnitOfWork } from '../../ports/unit-of-work.ts';
import { type CardOptions, cardOf } from './card.ts';
import type { Step } from './lifecycle.ts';
import { oneLine } from './markup.ts';

export interface WriterParts {
  stamp(): Stamp;
  /** Returns the destinations besides Slack that get cards of a severity. */
  copiesOf(severity: Severity): Destination[];
  options: Omit<CardOptions, 'card'>;
  /** Whether silences reach Alertmanager. */
  hasAlertmanager: boolean;
}

export type Unit = Required<Pick<UnitOfWork, 'deliveries' | 'edits' | 'incidents' | 'effects'>>;

/** Turns a step into the unit of work that stores it. `incident` is as it is stored. */
export type Write = (before: Incident | null, step: Omit<Step, 'msg'>) => { unit: Unit; incident: Incident };

export function createWrite({ stamp, copiesOf, options, hasAlertmanager }: WriterParts): Write {
  return (before, step) => {
    const made = stamp();
    const id = step.card === 'post' ? made.newId() : step.incident.card;
    const incident = { ...step.incident, card: id };
    const card = cardOf(incident, { ...options, card: id ?? '' });
    const { team } = incident;
    const destination = inSlack(incident.channel);
    const source = 'incident';
    const deliveries: NewDelivery[] = [];
    // Without `similarTo` a message is never merged, so that it can be edited and replied to.
    if (step.card === 'post' && id !== null) deliveries.push(compose(made, { id, ...card, team, destination, source }));
    const title = oneLine(incident.title, 150);
    for (const { text, broadcast } of id === null ? [] : step.replies) {
      const slackFields = { link_names: true, ...(broadcast && { reply_broadcast: true }) };
      deliveries.push(compose(made, { team, destination, source, title, text, replyTo: id ?? undefined, slackFields }));
    }
    if (step.copies) {
      const [first = '', ...rest] = card.text.split('\n');
      const text = rest.join('\n') || first;
      const { tone } = card;
      for (const other of copiesOf(incident.severity))
        deliveries.push(compose(made, { team, destination: other, source, title: first, text, tone }));
    }
    const edits = step.card === 'edit' && id !== null ? [{ id, content: card }] : [];
    const effects = hasAlertmanager ? silenceEffects(before, incident, made) : [];
    const incidents = [{ incident, history: step.history }];
    return { unit: { deliveries, edits, incidents, effects }, incident };
  };
}

/** The effects that make Alertmanager's silences those of the incident. `performers.ts` performs them. */
function silenceEffects(before: Incident | null, incident: Incident, { newId }: Stamp) {
  const { number, silenced, silences } = incident;
  const asker = askerFor(incident);
  const effect = (name: string) => ({ id: newId(), name, argument: JSON.stringify({ number }), asker });
  if (incident.source !== 'alertmanager') return [];
  if (silenced !== null && isOpenIncident(incident) && before?.silenced?.at !== silenced.at) {
    return [effect('silence-alertmanager')];
  }
  const over = silenced === null || !isOpenIncident(incident);
  return over && silences.length > 0 ? [effect('unsilence-alertmanager')] : [];
}

/** Nobody waits for the outcome; a failure is told in the channel of the incident. */
const askerFor = ({ team, channel, number }: Incident): EffectAsker => ({
  ...{ team, user: '', channel, isPrivate: false, trace: `incident-${number}` },
});
