import type { Clock } from '../../domain/clock.ts';
import type { NewDelivery } from '../../domain/delivery.ts';
import { isStoreAway, UltronexError } from '../../domain/errors.ts';
import { type Actor, isSameActor } from '../../domain/principal.ts';
import { createTurns } from '../../lib/turns.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import type { Deed } from './protection.ts';

/** Another person has to ask for the same action before it is performed. */
export class SecondPersonNeeded extends UltronexError {
  override readonly code = 'ERR_SECOND_PERSON_NEEDED';
  override readonly status = 409;
}

/** The rule that two people have to ask for an action. */
export interface TwoPerson {
  /**
   * Resolves with the person who asked first once another one asks for the same. Each request is used once.
   * @throws SecondPersonNeeded, StoreUnavailable
   */
  check(container: string, deed: Deed, by: Actor, request: Request): Promise<Actor>;
}

export interface Request {
  /** It only confirms what somebody asked for. */
  confirms?: boolean;
  /** Messages that ask for a second person, committed with the request. */
  notice?: readonly NewDelivery[];
}

/** Time to confirm, milliseconds. */
const confirmWithinMs = 5 * 60_000;

interface Asked {
  by: Actor;
  /** Milliseconds since the epoch. */
  at: number;
}

/** @param nameOf a person's name, for people */
export function createTwoPerson(
  store: StateStore & AcceptStore,
  clock: Pick<Clock, 'now'>,
  nameOf: (actor: Actor) => string,
): TwoPerson {
  const inTurn = createTurns(isStoreAway);

  async function check(container: string, deed: Deed, by: Actor, request: Request): Promise<Actor> {
    const { confirms = false, notice = [] } = request;
    const name = `containers:asked:${deed}:${container}`;
    const now = clock.now();
    const stored = await store.state(name);
    const asked = stored === null ? null : (JSON.parse(stored) as Asked);
    // A time in the future was written while the clock was ahead.
    const isFresh = asked !== null && asked.at <= now && now - asked.at < confirmWithinMs;
    if (isFresh && !isSameActor(asked.by, by)) {
      const key = `${name}:${asked.at}`;
      const { duplicate } = await store.accept({ key, state: [{ name, value: null }] });
      if (duplicate)
        throw new SecondPersonNeeded(`The ${deed} of ${container} was confirmed by somebody else just now.`);
      return asked.by;
    }
    if (isFresh) {
      throw new SecondPersonNeeded(
        `You asked for the ${deed} of ${container}. Another operator has to confirm it until ${untilOf(asked.at)}.`,
      );
    }
    if (confirms) {
      // So that it cannot become valid again when the clock is set back.
      if (asked !== null) await store.accept({ state: [{ name, value: null }] });
      const remedy = `ask for it with \`${deed} ${container}\``;
      throw new SecondPersonNeeded(
        asked === null
          ? `Nobody has asked for the ${deed} of ${container}; ${remedy}.`
          : `${nameOf(asked.by)} asked for the ${deed} of ${container} longer than 5 minutes ago; ${remedy} again.`,
      );
    }
    const value = JSON.stringify({ by, at: now } satisfies Asked);
    await store.accept({ state: [{ name, value }], deliveries: [...notice] });
    throw new SecondPersonNeeded(
      `With TWO_PERSON another operator has to ask for the ${deed} of ${container} as well, until ${untilOf(now)}.`,
    );
  }

  return {
    check: (container, deed, by, request) => inTurn(`${deed} ${container}`, () => check(container, deed, by, request)),
  };
}

const untilOf = (at: number) => `${new Date(at + confirmWithinMs).toISOString().slice(11, 16)} UTC`;
