import type { Clock } from '../../domain/clock.ts';
import type { Destination } from '../../domain/destination.ts';
import { type Severity, severities } from '../../domain/severity.ts';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../../ports/sender.ts';
import type { PartHealth } from '../../ports/source.ts';
import { createEmail } from './email.ts';
import type { Named, Send } from './named.ts';
import { createNtfy } from './ntfy.ts';
import { createWebhook } from './webhook.ts';

/** A destination that refuses everything or is not reached. */
export interface Failing {
  name: string;
  /** Milliseconds since the epoch. */
  since: number;
  error: string;
}

/** The outcome of a message: what every program on the store has to know of a destination. */
export interface DestinationOutcome {
  name: string;
  /** Null: it arrived. */
  failing: Omit<Failing, 'name'> | null;
}

export interface NamedDestinations {
  /** For the outbox: sends to all kinds but Slack. */
  sender: MessageSender;
  replace(destinations: readonly Named[]): void;
  names(): string[];
  /** Returns the destination with a name; null: there is none. */
  find(name: string): Destination | null;
  /** Returns those that get incidents of a severity, always or when Slack is away. */
  forIncidents(when: 'always' | 'slack-down', severity: Severity): Destination[];
  /** Returns whether a destination took the last message that it was sent, since the start. */
  works(name: string): boolean;
  /** Takes an outcome of another program. */
  takeOutcome(outcome: DestinationOutcome): void;
  /** Null: there are none. */
  health(): PartHealth | null;
  /** Returns those whose every message failed for at least this long. */
  failing(forMs: number): Failing[];
}

interface Open {
  named: Named;
  send: Send;
  failing: Omit<Failing, 'name'> | null;
  /** The last message arrived. */
  works: boolean;
}

/**
 * The destinations besides Slack. They have a name in a file, and can be replaced while the program runs.
 * @param onOutcome is called with each failure, and with the first success after a start or a failure
 */
export function createNamedDestinations(
  { now }: Pick<Clock, 'now'>,
  onOutcome: (outcome: DestinationOutcome) => void = () => {},
): NamedDestinations {
  let all = new Map<string, Open>();

  function note(open: Open, failing: Open['failing']): void {
    open.failing = failing;
    open.works = failing === null;
  }

  async function post(
    message: OutgoingMessage,
  ): Promise<SendOutcome<{ channel: string; ts: string; permalink: null }>> {
    const { address } = message.destination;
    const open = all.get(address);
    if (open === undefined) {
      return { kind: 'refused', error: 'unknown_destination', detail: `no file in DESTINATIONS_DIR has "${address}"` };
    }
    const outcome = await open.send(message);
    const failing = outcome.kind === 'sent' ? null : { since: open.failing?.since ?? now(), error: outcome.error };
    const isNews = failing !== null || !open.works;
    note(open, failing);
    if (isNews) onOutcome({ name: address, failing });
    return outcome.kind === 'sent'
      ? { kind: 'sent', value: { channel: address, ts: message.deliveryId, permalink: null } }
      : outcome;
  }

  const cannotChange = {
    kind: 'refused',
    error: 'cannot_be_changed',
    detail: 'it was sent, and cannot be changed there',
  } as const;
  return {
    sender: {
      post,
      update: async () => cannotChange,
      delete: async () => cannotChange,
      upload: async () => ({ kind: 'refused', error: 'takes_no_files' }),
      // A receiver tells a repetition by its id.
      find: async () => null,
    },
    replace(destinations) {
      const before = all;
      all = new Map(
        destinations.map((named) => {
          const { failing = null, works = false } = before.get(named.name) ?? {};
          return [named.name, { named, send: sendOf(named, now), failing, works }];
        }),
      );
    },
    takeOutcome({ name, failing }) {
      const open = all.get(name);
      if (open !== undefined) note(open, failing);
    },
    works: (name) => all.get(name)?.works ?? false,
    names: () => [...all.keys()],
    find(name) {
      const open = all.get(name);
      return open === undefined ? null : { kind: open.named.way.kind, address: name };
    },
    forIncidents: (when, severity) =>
      [...all.values()]
        .filter(
          ({ named }) => named.when === when && severities.indexOf(severity) <= severities.indexOf(named.severity),
        )
        .map(({ named }) => ({ kind: named.way.kind, address: named.name })),
    health() {
      if (all.size === 0) return null;
      const bad = failing(0).map(({ name, error }) => `${name} fails: ${error}`);
      if (bad.length > 0) return { state: 'degraded', detail: bad.join('; ') };
      return { state: 'ok', detail: [...all.keys()].join(', ') };
    },
    failing,
  };

  function failing(forMs: number): Failing[] {
    return [...all].flatMap(([name, { failing }]) =>
      failing !== null && now() - failing.since >= forMs ? [{ name, ...failing }] : [],
    );
  }
}

function sendOf({ way }: Named, now: () => number): Send {
  if (way.kind === 'email') return createEmail(way);
  return way.kind === 'ntfy' ? createNtfy(way) : createWebhook(way, { now });
}
