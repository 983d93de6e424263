import type { IncomingMessage } from '../domain/event.ts';

export interface EditLimit {
  /** Returns whether an edit of this message may still be forwarded. */
  allows(message: IncomingMessage): boolean;
  /** Counts an edit that was forwarded. */
  count(message: IncomingMessage): void;
}

/** The most forwarded edits of one post of an app: a progress bar is edited hundreds of times. */
const mostEdits = 10;

/**
 * Limits the forwards of a post that an app edits again and again. Edits by people are not counted. Keeps the last
 * 5,000 to 10,000 posts in memory; after a restart their counts begin anew.
 */
export function createEditLimit(most = mostEdits, generation = 5_000): EditLimit {
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  const keyOf = ({ team, channel, ts }: IncomingMessage) => `${team}:${channel}:${ts}`;
  const countOf = (key: string) => young.get(key) ?? old.get(key) ?? 0;
  const isCounted = ({ edit, fromBot }: IncomingMessage) => edit !== undefined && fromBot;
  return {
    allows: (message) => !isCounted(message) || countOf(keyOf(message)) < most,
    count(message) {
      if (!isCounted(message)) return;
      const key = keyOf(message);
      const count = countOf(key) + 1;
      if (young.size >= generation) {
        old = young;
        young = new Map();
      }
      young.set(key, count);
    },
  };
}
