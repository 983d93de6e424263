import type { Clock } from '../../domain/clock.ts';
import { compose } from '../../domain/compose.ts';
import { inSlack } from '../../domain/destination.ts';
import { isStoreAway } from '../../domain/errors.ts';
import { sha256 } from '../../lib/sha256.ts';
import { createTurns } from '../../lib/turns.ts';
import type { SignalSink, Told } from '../../ports/signals.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import type { Given, Hook, Made } from './hook.ts';
import type { HookOutcome } from './metrics.ts';

export interface TakeParts {
  store: AcceptStore & StateStore;
  signals: SignalSink;
  clock: Pick<Clock, 'now'>;
  newId(): string;
  team(): string;
  channelOf(written: string): string;
  ttlMs: number;
}

/** A request whose sender was checked. */
export interface Arrived {
  hook: Hook;
  given: Given;
  raw: Buffer;
  /** The sender's id of this delivery, the same when it is sent again; null: the sender gives none. */
  id: string | null;
}

export interface Taken extends Told {
  outcome: HookOutcome;
}

/** A message's body without an id that comes again within this time is a repetition. Milliseconds. */
const sameBodyMs = 5 * 60_000;
/** An id that comes again within this time is a repetition: senders try again for hours. Milliseconds. */
const sameIdMs = 25 * 3_600_000;

/** Returns a function that acts on a request once. @throws TemplateFailed, StoreUnavailable */
export function createTake(parts: TakeParts): (arrived: Arrived) => Promise<Taken> {
  const { store, signals, clock } = parts;
  const inTurn = createTurns(isStoreAway);

  return function take(arrived) {
    const made = arrived.hook.make(arrived.given);
    if (made.kind === 'nothing') {
      return Promise.resolve({ msg: 'Nothing to post: the templates rendered no text.', id: null, outcome: 'nothing' });
    }
    const seen = nameOf(arrived);
    return inTurn(seen, () => takeOnce(arrived, made, seen));
  };

  async function takeOnce(
    { hook, id }: Arrived,
    made: Exclude<Made, { kind: 'nothing' }>,
    seen: string,
  ): Promise<Taken> {
    const now = clock.now();
    const before = readSeen(await store.state(seen));
    if (before !== null && Math.abs(now - before.at) < (id === null ? sameBodyMs : sameIdMs))
      return repeated(before.id);
    if (made.kind === 'incident') {
      const { kind: _, key, ...more } = made;
      const told = await signals.signal({ ...more, key: `hook:${hook.name} ${key}`, channel: hook.channel, at: now });
      // Without an id every body counts: the same one may come again after the opposite. An incident that knows its state
      // does nothing. Killed in between, the sender sends it again.
      if (id !== null) await store.accept({ state: [{ name: seen, value: `${now} ${told.id ?? ''}` }] });
      return { ...told, outcome: 'posted' };
    }
    const stamp = { newId: parts.newId, now, ttlMs: parts.ttlMs };
    const delivery = compose(stamp, {
      ...{ team: parts.team(), destination: inSlack(parts.channelOf(hook.channel)), source: 'hook' },
      ...{
        text: made.text,
        title: made.title || undefined,
        similarTo: made.title ? `${made.title}\n${made.text}` : made.text,
      },
    });
    const state = [{ name: seen, value: `${now} ${delivery.id}` }];
    // The key holds also between two programs on one store.
    const { duplicate, deliveryId } = await store.accept({
      state,
      ...(id !== null && { key: seen }),
      deliveries: [delivery],
    });
    if (duplicate) return repeated(deliveryId);
    return { msg: 'The message is on its way.', id: delivery.id, outcome: 'posted' };
  }
}

/** @param id of what was posted at the first time */
const repeated = (id: string | null): Taken => ({
  ...{ msg: 'This was taken before, so nothing is posted again.', id, outcome: 'repeated' },
});

function readSeen(value: string | null): { at: number; id: string | null } | null {
  const [at, id] = value?.split(' ') ?? [];
  return at === undefined ? null : { at: Number(at), id: id || null };
}

function nameOf({ hook, id, raw }: Arrived): string {
  const what = sha256(id === null ? raw : `id ${id}`);
  return `hooks:${hook.name}:${what}`;
}
