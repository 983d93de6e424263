import type { NamedDestinations } from '../destinations/named/index.ts';
import { compose } from '../domain/compose.ts';
import type { IncidentStore } from '../ports/incident-store.ts';
import type { LedgerStore } from '../ports/ledger-store.ts';
import type { SignalSink } from '../ports/signals.ts';
import type { AcceptStore } from '../ports/unit-of-work.ts';
import type { Runtime } from './runtime.ts';

export interface ElsewhereParts extends Pick<Runtime, 'clock' | 'newId'> {
  store: AcceptStore & Pick<LedgerStore, 'deliveries'> & Pick<IncidentStore, 'unfinishedIncidents' | 'incidentOfCard'>;
  destinations: NamedDestinations;
  /** Null: no module takes signals. */
  signals: SignalSink | null;
  ttlMs: number;
}

/** A card of an incident that Slack does not have by then goes elsewhere. Milliseconds. */
const slackAwayMs = 2 * 60_000;
/** A destination that fails this long is an incident. Milliseconds. */
const failingMs = 5 * 60_000;
/** Cards that one round looks at. */
const mostCards = 200;
/** Open incidents that are read at once, and the most reads. */
const incidentsAtOnce = 200;
const mostReads = 50;
/** The beginning of an incident's key: that of its signal, after the kind of its source. */
const failingKey = 'signal:destination:';

/**
 * Returns a task that sends cards of incidents elsewhere while Slack is away, and tells of destinations that fail. Each card
 * goes to each destination once, also after a crash.
 */
export function createElsewhere({
  store,
  destinations,
  signals,
  clock,
  newId,
  ttlMs,
}: ElsewhereParts): () => Promise<void> {
  /** The destinations with an open incident; null: the store was not asked yet. */
  let told: Set<string> | null = null;

  async function copyLateCards(): Promise<void> {
    if (destinations.forIncidents('slack-down', 'critical').length === 0) return;
    const now = clock.now();
    const { items } = await store.deliveries({ state: 'queued' }, null, mostCards);
    for (const card of items) {
      if (card.source !== 'incident' || card.destination.kind !== 'slack' || now - card.createdAt < slackAwayMs)
        continue;
      const incident = await store.incidentOfCard(card.id);
      if (incident === null) continue;
      const { severity, status } = incident;
      for (const destination of destinations.forIncidents('slack-down', severity)) {
        const { team, title, text, tone, trace } = card;
        const stamp = { newId, now, ttlMs };
        const copy = compose(stamp, { team, destination, title, text, tone, trace, source: 'incident' });
        // Begin and end go there once each, however often the card is edited meanwhile.
        const key = `elsewhere:${destination.address}:${card.id}:${severity}:${status}`;
        await store.accept({ key, deliveries: [copy] });
      }
    }
  }

  async function tellFailing(): Promise<void> {
    told ??= await openFor(store);
    const failing = destinations.failing(failingMs);
    for (const { name, error } of failing) {
      told.add(name);
      await signals?.signal({ ...signalOf(name, clock.now()), status: 'firing', text: `The last error: \`${error}\`` });
    }
    // After a start nothing is known of a destination before its first message.
    const over = [...told].filter((name) => destinations.works(name) || destinations.find(name) === null);
    for (const name of over) {
      await signals?.signal({ ...signalOf(name, clock.now()), status: 'resolved', text: '' });
      told.delete(name);
    }
  }

  return async function look() {
    await copyLateCards();
    await tellFailing();
  };
}

function signalOf(name: string, at: number) {
  const title = `The destination ${name} fails`;
  return { key: `destination:${name}`, title, fields: {}, severity: 'error' as const, channel: null, at };
}

async function openFor(store: Pick<IncidentStore, 'unfinishedIncidents'>): Promise<Set<string>> {
  const names = new Set<string>();
  let after = 0;
  for (let read = 0; read < mostReads; read++) {
    const open = await store.unfinishedIncidents(after, incidentsAtOnce);
    for (const { key, number } of open) {
      if (key.startsWith(failingKey)) names.add(key.slice(failingKey.length));
      after = number;
    }
    if (open.length < incidentsAtOnce) break;
  }
  return names;
}
