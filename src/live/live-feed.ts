import type { Clock } from '../domain/clock.ts';
import { cut } from '../domain/cut.ts';
import type { Delivery } from '../domain/delivery.ts';
import type { LiveEvent } from '../domain/live.ts';
import { shownText } from '../domain/shown-text.ts';
import type { Metrics } from '../observability/index.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { LiveFeed } from '../ports/live.ts';

/** Most events in memory, and most characters of their texts; beyond that the oldest are dropped. */
const remembered = 500;
const rememberedCharacters = 131_072;
/** Longer texts of cards are cut; the ledger has the whole text. */
const cardCharacters = 4_000;

/** An event of another program may come this much later than one of its time. Milliseconds. */
const latestMs = 2_000;

export interface SharedFeed extends LiveFeed {
  /** Adds an event of another program, unless it is known. */
  receive(event: LiveEvent): void;
  /** Forgets the events of a team. */
  forget(team: string): void;
}

/** @param run the id of this run of the program, without `-` */
export function createLiveFeed(clock: Clock, run: string): SharedFeed {
  const recent: LiveEvent[] = [];
  const listeners = new Set<(event: LiveEvent) => void>();
  let count = 0;
  let characters = 0;

  function add(event: LiveEvent): void {
    recent.push(event);
    characters += event.text.length;
    while (recent.length > remembered || characters > rememberedCharacters) {
      characters -= recent.shift()?.text.length ?? 0;
    }
    for (const listener of listeners) listener(event);
  }

  function receive(event: LiveEvent): void {
    if (!recent.some(({ id }) => id === event.id)) add(event);
  }

  return {
    receive,
    forget(team) {
      const others = recent.filter((event) => event.team !== team);
      recent.splice(0, recent.length, ...others);
      characters = others.reduce((sum, { text }) => sum + text.length, 0);
    },
    publish(event, id) {
      const shown = { ...event, text: cut(event.text, cardCharacters), at: clock.now() };
      if (id !== undefined) return receive({ ...shown, id });
      count += 1;
      add({ ...shown, id: `${run}-${count}` });
    },
    since(id) {
      const index = recent.findIndex((event) => event.id === id);
      const last = recent[index];
      if (last === undefined) return [...recent];
      const mayHaveBeenLate = ({ id, at }: LiveEvent) => runOf(id) !== runOf(last.id) && at >= last.at - latestMs;
      return recent.filter((event, place) => place > index || (place < index && mayHaveBeenLate(event)));
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const runOf = (id: string): string => id.slice(0, id.indexOf('-'));

/** Publishes a card for each delivery that ends or waits for a retry, and counts final states. */
export function showDeliveries(
  store: Pick<LedgerStore, 'onState' | 'onMerged'>,
  live: Pick<LiveFeed, 'publish'>,
  { deliveryStates }: Pick<Metrics, 'deliveryStates'>,
): void {
  store.onState((delivery) => {
    const card = liveCard(delivery);
    if (card === null) return;
    live.publish(card);
    if (card.what === delivery.state) deliveryStates.inc({ state: delivery.state });
  });
  store.onMerged((digest, count) => {
    live.publish(mergeCard(digest, count));
    deliveryStates.inc({ state: 'merged' }, count);
  });
}

/** Returns the card of a delivery whose state has changed; null for states that are not shown. */
export function liveCard(delivery: Delivery): Omit<LiveEvent, 'id' | 'at'> | null {
  const { state, team, destination, id, trace, error } = delivery;
  const text = shownText(delivery);
  const card = { team, channel: destination.address, text, deliveryId: id, trace };
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

/** Returns one card for all messages merged at a time; a card for each would push everything else off the page. */
function mergeCard(digest: Delivery, count: number): Omit<LiveEvent, 'id' | 'at'> {
  const { team, destination, id, trace } = digest;
  const text = shownText(digest);
  const shown = `+${count} similar: ${text}`;
  return { team, channel: destination.address, deliveryId: id, trace, what: 'merged', level: 'warning', text: shown };
}

/** Scripts mark failures with the emoji `:x:` and warnings with `:warning:`. */
function levelOf(text: string): LiveEvent['level'] {
  if (text.includes(':x:')) return 'danger';
  return text.includes(':warning:') ? 'warning' : 'success';
}
