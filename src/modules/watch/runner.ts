import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { WrongState } from '../../domain/errors.ts';
import type { Check } from '../../watch-files/index.ts';
import { createDueQueue, type Due } from './due-queue.ts';
import type { Attempt, Result } from './result.ts';

/** Attempts under way at the same time. */
const mostAtOnce = 50;
/** First attempts are spread over the check's period, and over no more than this time. Milliseconds. */
const firstWithinMs = 60_000;
/** An attempt without a result is made again after this time. Milliseconds. */
const againMs = 10_000;

export interface RunnerParts {
  clock: Clock;
  attempt: Attempt;
  log: Logger;
  /** Returns after how many milliseconds the check is tried again; null: at its next turn. */
  onResult(check: Check, result: Result): number | null;
  /** An attempt tells nothing about its target: this program was at fault, or the attempt threw. */
  onDropped(): void;
}

export interface Runner {
  /** Schedules checks with names that are new. */
  add(checks: readonly Check[]): void;
  /** Forgets checks; their attempts under way are aborted and have no result. */
  remove(names: Iterable<string>): void;
  names(): Iterable<string>;
  /** Makes an attempt as soon as there is a free place, or joins the one under way. @throws WrongState when it has no result */
  runNow(name: string): Promise<Result>;
  /** Milliseconds until the next attempt, 0 when it is due or under way; null: no such check. */
  dueIn(name: string): number | null;
  /** For how many milliseconds the first attempt in the queue has been due: all places are taken. */
  waitsMs(): number;
}

interface Turn extends Due {
  check: Check;
  /** Monotonic time of the first attempt; each turn is a multiple of the period after it. */
  first: number;
  /** Of the attempt under way. */
  stopper: AbortController | null;
  waiting: { resolve(result: Result): void; reject(error: Error): void }[];
}

/**
 * Makes attempts at many checks, with one timer. Each check has its turns at a fixed distance, so that they do not drift.
 * Not more than 50 attempts are under way at once; the others wait in the order in which they are due.
 */
export function createRunner({ clock, attempt, log, onResult, onDropped }: RunnerParts): Runner {
  const turns = new Map<string, Turn>();
  const queue = createDueQueue<Turn>();
  const running = new Set<Turn>();
  let cancelTimer = () => {};

  /** Starts what is due, and sets the timer to the next turn. */
  function look(): void {
    cancelTimer();
    cancelTimer = () => {};
    for (;;) {
      const next = queue.first();
      if (next === undefined || running.size >= mostAtOnce) return;
      const wait = next.due - clock.monotonic();
      if (wait > 0) {
        cancelTimer = clock.after(Math.ceil(wait), look);
        return;
      }
      queue.remove(next);
      void run(next);
    }
  }

  async function run(turn: Turn): Promise<void> {
    const stopper = new AbortController();
    turn.stopper = stopper;
    running.add(turn);
    let result: Result | null = null;
    try {
      result = await attempt(turn.check, stopper.signal);
    } catch (error) {
      log.error({ err: error, check: turn.check.name }, 'an attempt at a check threw');
    }
    if (stopper.signal.aborted) return;
    running.delete(turn);
    turn.stopper = null;
    const again = settle(turn, result);
    const now = clock.monotonic();
    turn.due = again === null ? nextTurn(turn, now) : now + again;
    queue.put(turn);
    look();
  }

  /** Returns after how many milliseconds the check is tried again; null: at its next turn. */
  function settle(turn: Turn, result: Result | null): number | null {
    const waiting = turn.waiting.splice(0);
    if (result === null || result.ownFault) {
      onDropped();
      const error = new WrongState(`The program was too busy to measure "${turn.check.name}". Try again.`);
      for (const { reject } of waiting) reject(error);
      return againMs;
    }
    try {
      return onResult(turn.check, result);
    } catch (error) {
      log.error({ err: error, check: turn.check.name }, 'the result of a check was not taken');
      return null;
    } finally {
      for (const { resolve } of waiting) resolve(result);
    }
  }

  function drop(turn: Turn): void {
    turns.delete(turn.check.name);
    queue.remove(turn);
    running.delete(turn);
    turn.stopper?.abort();
    const error = new WrongState(`"${turn.check.name}" is not watched by this program any more.`);
    for (const { reject } of turn.waiting.splice(0)) reject(error);
  }

  return {
    add(checks) {
      const now = clock.monotonic();
      for (const check of checks) {
        const first = now + Math.floor(shareOf(check.name) * Math.min(check.everyMs, firstWithinMs));
        const turn: Turn = { check, first, due: first, place: -1, stopper: null, waiting: [] };
        turns.set(check.name, turn);
        queue.put(turn);
      }
      look();
    },
    remove(names) {
      for (const name of names) {
        const turn = turns.get(name);
        if (turn !== undefined) drop(turn);
      }
      look();
    },
    names: () => turns.keys(),
    runNow(name) {
      const turn = turns.get(name);
      if (turn === undefined) return Promise.reject(new WrongState(`"${name}" is not watched by this program.`));
      return new Promise((resolve, reject) => {
        turn.waiting.push({ resolve, reject });
        if (turn.stopper !== null) return;
        turn.due = Math.min(turn.due, clock.monotonic());
        queue.put(turn);
        look();
      });
    },
    dueIn(name) {
      const turn = turns.get(name);
      if (turn === undefined) return null;
      return turn.stopper === null ? Math.max(0, turn.due - clock.monotonic()) : 0;
    },
    waitsMs: () => Math.max(0, clock.monotonic() - (queue.first()?.due ?? Number.POSITIVE_INFINITY)),
  };
}

/** Returns the first turn of a check after `now`. */
function nextTurn({ first, check }: Turn, now: number): number {
  return first + Math.max(0, Math.floor((now - first) / check.everyMs) + 1) * check.everyMs;
}

/** Returns a number from 0 to below 1 that is always the same for a name and differs among names (FNV-1a, mixed once more). */
function shareOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}
