import type { Clock } from '../domain/clock.ts';
import { cut } from '../domain/cut.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { LiveEvent } from '../domain/live.ts';
import { shownText } from '../domain/shown-text.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Metrics } from './metrics.ts';

/** Events that are remembered, and how much text in all; what is over pushes the oldest out. */
const remembered = 500;
const rememberedCharacters = 131_072;
/** Longer texts are cut: a card is looked at, the ledger has the whole. */
const cardCharacters = 4_000;

export function createLiveFeed(clock: Clock): LiveFeed {
  const recent: LiveEvent[] = [];
  const listeners = new Set<(event: LiveEvent) => void>();
  let lastId = 0;
  let characters = 0;
  return {
    publish(event) {
      lastId += 1;
      const full = { ...event, text: cut(event.text, cardCharacters), id: lastId, at: clock.now() };
      recent.push(full);
      characters += full.text.length;
      while (recent.length > remembered || characters > rememberedCharacters) {
        characters -= recent.shift()?.text.length ?? 0;
      }
      for (const listener of listeners) listener(full);
    },
    since: (id) => (id === null ? [...recent] : recent.filter((event) => event.id > id)),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

/** Each delivery that ends or waits again becomes a card, and is counted by its final state. */
export function showDeliveries(
  store: Pick<LedgerStore, 'onState' | 'onMerged'>,
  live: Pick<LiveFeed, 'publish'>,
  { deliveryStates }: Pick<Metrics, 'deliveryStates'>,
): void {
  store.onState((delivery) => {
    const card = cardOf(delivery);
    if (card === null) return;
    live.publish(card);
    if (card.what === delivery.state) deliveryStates.inc({ state: delivery.state });
  });
  store.onMerged((digest, count) => {
    live.publish(mergeCard(digest, count));
    deliveryStates.inc({ state: 'merged' }, count);
  });
}

/** The card of a delivery whose state has changed; null when there is nothing to show yet. */
export function cardOf(delivery: Delivery): Omit<LiveEvent, 'id' | 'at'> | null {
  const { state, channel, id, trace, error } = delivery;
  const text = shownText(delivery);
  const card = { channel, text, deliveryId: id, trace };
  switch (state) {
    case 'sent':
      if (error !== null)
        return { ...card, what: 'failed', level: 'danger', text: `${text}\nthe edit was refused: ${error}` };
      if (delivery.warnings.length > 0) {
        return { ...card, what: 'sent', level: 'warning', text: `${text}\n${delivery.warnings.join('\n')}` };
      }
      return { ...card, what: 'sent', level: levelOf(text) };
    case 'failed':
      return { ...card, what: 'failed', level: 'danger', text: `${text}\n${error ?? ''}` };
    case 'expired':
    case 'withdrawn':
      return { ...card, what: state, level: 'warning', text: error === null ? text : `${text}\n${error}` };
    case 'queued':
      return error === null ? null : { ...card, what: 'retry', level: 'warning', text: `${text}\n${error}` };
    default:
      return null;
  }
}

/** One card for all that a digest takes in at a time: a flood would push everything else off the page. */
function mergeCard(digest: Delivery, count: number): Omit<LiveEvent, 'id' | 'at'> {
  const { channel, id, trace } = digest;
  const text = shownText(digest);
  return { channel, deliveryId: id, trace, what: 'merged', level: 'warning', text: `+${count} similar: ${text}` };
}

/** The first system's convention: what a script marks with `:x:` is trouble. */
function levelOf(text: string): LiveEvent['level'] {
  if (text.includes(':x:')) return 'danger';
  return text.includes(':warning:') ? 'warning' : 'success';
}
