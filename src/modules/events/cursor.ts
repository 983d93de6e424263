import { WrongState } from '../../domain/errors.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';

/** How far a receiver has the events. */
export interface Progress {
  /** The position of the last event that the receiver has; 0: none. */
  position: number;
  /** Whether there is an incident of it. */
  told: boolean;
}

export interface Cursor {
  read(): Promise<Progress>;
  /** @throws WrongState when another program has moved it since it was read */
  write(progress: Progress): Promise<void>;
}

const beginning: Progress = { position: 0, told: false };

const cursorName = (sink: string): string => `events:cursor:${sink}`;

export async function readProgress(store: StateStore, sink: string): Promise<Progress> {
  const value = await store.state(cursorName(sink));
  return value === null ? beginning : { ...beginning, ...(JSON.parse(value) as Progress) };
}

/** The stored progress of one receiver. A program that lost its lease without noticing cannot set it back. */
export function createCursor(store: StateStore & AcceptStore, sink: string): Cursor {
  let was: string | null = null;
  return {
    async read() {
      was = await store.state(cursorName(sink));
      return was === null ? beginning : { ...beginning, ...(JSON.parse(was) as Progress) };
    },
    async write(progress) {
      const value = JSON.stringify(progress);
      await store.accept({ state: [{ name: cursorName(sink), value, was }] });
      was = value;
    },
  };
}

export const isMovedByAnother = (error: unknown): boolean => error instanceof WrongState;
