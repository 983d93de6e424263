import { createHash } from 'node:crypto';

/** Lines that are remembered. A new session begins with the last 1,500 lines of the app at most. */
const mostRemembered = 2_000;

/** Tells the lines of a new log session that were taken before from those that are new. */
export interface KnownLines {
  /** A new session begins. Its first lines may be known ones. */
  begin(): void;
  /** Returns whether a line is new, and remembers it. @param at microseconds since the epoch */
  isNew(at: number, text: string): boolean;
  /** A JSON value: the newest time of a line, and how many lines had it. */
  cursor(): string;
}

/** @param cursor of an earlier program; lines up to it are known */
export function createKnownLines(cursor: string | null): KnownLines {
  const before = parse(cursor);
  let { at: newest, same } = before;
  /** By a hash of time and text: how often it was taken. Oldest first. */
  const taken = new Map<number, number>();
  /** How often this session may still send a known line, by the same hash. */
  let repeats = new Map<number, number>();
  let sameLeft = 0;

  return {
    begin() {
      repeats = new Map(taken);
      sameLeft = before.same;
    },
    isNew(at, text) {
      if (at < before.at) return false;
      const key = keyOf(at, text);
      const left = repeats.get(key) ?? 0;
      if (left > 0) {
        repeats.set(key, left - 1);
        return false;
      }
      if (at === before.at && sameLeft > 0) {
        sameLeft -= 1;
        return false;
      }
      taken.set(key, (taken.get(key) ?? 0) + 1);
      const [oldest] = taken.keys();
      if (taken.size > mostRemembered && oldest !== undefined) taken.delete(oldest);
      if (at > newest) [newest, same] = [at, 1];
      else if (at === newest) same += 1;
      return true;
    },
    cursor: () => JSON.stringify({ at: newest, same }),
  };
}

const keyOf = (at: number, text: string) => createHash('sha1').update(`${at} ${text}`).digest().readUIntBE(0, 6);

function parse(cursor: string | null): { at: number; same: number } {
  const none = { at: 0, same: 0 };
  try {
    const { at, same } = (JSON.parse(cursor ?? 'null') ?? none) as Record<string, unknown>;
    return Number.isSafeInteger(at) && Number.isSafeInteger(same) ? { at: Number(at), same: Number(same) } : none;
  } catch {
    return none;
  }
}
