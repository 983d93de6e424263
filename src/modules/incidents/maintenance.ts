import { InvalidRequest, isStoreAway, WrongState } from '../../domain/errors.ts';
import type { Actor } from '../../domain/principal.ts';
import { createTurns } from '../../lib/turns.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore, StateChange } from '../../ports/unit-of-work.ts';

/** A time in which new incidents are listed, but nobody is told of them. Milliseconds since the epoch. */
export interface Window {
  from: number;
  until: number;
  /** Plain text; '' when none was given. */
  reason: string;
  by: Actor;
}

const stateName = 'incidents:maintenance';
const mostWindows = 20;
export const longestWindowMs = 7 * 86_400_000;

/** The maintenance windows. Ended ones are dropped with the next change. */
export interface Maintenance {
  /** Windows that have not ended. */
  windows(now: number): Promise<Window[]>;
  isOpen(now: number): Promise<boolean>;
  /** Resolves with the state that adds a window. @throws InvalidRequest when there are too many */
  opening(window: Window, now: number): Promise<State>;
  /** Resolves with the state that ends all windows, and the number of open ones. */
  ending(now: number): Promise<{ state: State; ended: number }>;
  /** Stores another window. */
  begin(window: Window, now: number): Promise<void>;
  /** Ends all windows. Resolves with how many were open. */
  end(now: number): Promise<number>;
}

type State = StateChange[];

/** All windows are one value in the store. So a change is decided again when another one came first. */
const mostTries = 5;

export function createMaintenance(store: StateStore & AcceptStore): Maintenance {
  async function read(now: number): Promise<{ was: string | null; windows: Window[] }> {
    const stored = await store.state(stateName);
    const all = stored === null ? [] : (JSON.parse(stored) as Window[]);
    // A window from the future was opened while the clock was ahead.
    const windows = all.filter(({ from, until }) => until > now && from <= now + longestWindowMs);
    return { was: stored, windows };
  }
  const windows = async (now: number) => (await read(now)).windows;
  const written = (all: readonly Window[], was: string | null): State => [
    { name: stateName, value: JSON.stringify(all), was },
  ];

  async function opening(window: Window, now: number): Promise<State> {
    const { was, windows: all } = await read(now);
    if (all.length >= mostWindows)
      throw new InvalidRequest('for', `There are ${mostWindows} maintenance windows; end them first.`);
    return written([...all, window], was);
  }
  async function ending(now: number) {
    const { was, windows } = await read(now);
    return { state: written([], was), ended: windows.length };
  }

  const inTurn = createTurns(isStoreAway);

  async function decide<T>(make: () => Promise<{ state: State; result: T }>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      const { state, result } = await make();
      try {
        await store.accept({ state });
        return result;
      } catch (error) {
        if (!(error instanceof WrongState) || tries === mostTries) throw error;
      }
    }
  }

  return {
    windows,
    isOpen: async (now) => (await windows(now)).some(({ from }) => from <= now),
    opening,
    ending,
    begin: (window, now) =>
      inTurn('', () => decide(async () => ({ state: await opening(window, now), result: undefined }))),
    end: (now) =>
      inTurn('', () =>
        decide(async () => {
          const { state, ended } = await ending(now);
          return { state, result: ended };
        }),
      ),
  };
}
