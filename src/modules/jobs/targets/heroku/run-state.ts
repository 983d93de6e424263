import type { End } from '../../target.ts';
import { sentenceOf } from './troubles.ts';

/** After the exit status the last lines may still come: so long without one. Milliseconds. */
const quietMs = 2_000;
/** The same once Heroku also says that the dyno is over. */
const shortQuietMs = 1_000;
const mostAfterExitMs = 60_000;
/** The dyno is over and no exit status came for this long: another session may have it among its first lines. Milliseconds. */
const renewAfterMs = 3_000;
/** The exit status may come this long after the last line, and after a session was opened when the dyno was over. Milliseconds. */
const statusWithinMs = 10_000;
/** The same if no session can be opened. Milliseconds. */
const mostAfterOverMs = 120_000;

/** Collects the facts about a run, and judges from them whether it has ended. It has no timers; times are values of `monotonic`. */
export interface RunState {
  /** A line that the job wrote. */
  wrote(at: number): void;
  /** A line that Heroku wrote about the dyno. */
  told(text: string, at: number): void;
  /** Heroku’s API shows the dyno with a state; null: it has no such dyno. */
  seen(state: string | null, at: number): void;
  exited(code: number, at: number): void;
  sessionOpened(at: number): void;
  /** A sentence that the end’s reason gets. */
  note(sentence: string): void;
  isUp(): boolean;
  /** Whether the dyno is known to be over. */
  isOver(): boolean;
  hasExit(): boolean;
  /** Returns the end, or when to ask again (Infinity: after the next fact) and whether another session is needed, once. */
  judge(at: number): { end: End } | { at: number; renew: boolean };
}

const statusLine = /^Process exited with status (\d{1,10})\b/;
const changeLine = /^State changed from [\w-]+ to ([\w-]+)/;
const errorLine = /^Error ([A-Z]\d{1,3})\b(?: \(([^)]{1,100})\))?/;
const ended = new Set(['complete', 'completed', 'crashed', 'down', 'gone']);
const mostNotes = 5;

export function createRunState(): RunState {
  let up = false;
  let exit: { code: number; at: number } | null = null;
  let over: { state: string; at: number } | null = null;
  let sessionAt = -1;
  let lastLineAt = 0;
  let isRenewed = false;
  const notes = new Set<string>();

  function become(state: string, at: number): void {
    if (state === 'up') up = true;
    if (ended.has(state)) over ??= { state, at };
  }
  const reason = (first: string | null = null) => [first, ...notes].filter(Boolean).join(' ') || null;

  function withoutStatus({ state }: { state: string }): End {
    if (state === 'crashed') {
      return {
        exitCode: null,
        how: 'failed',
        reason: reason('Heroku says that the dyno crashed, and told no exit status.'),
      };
    }
    const what = state === 'gone' ? 'The dyno is gone' : 'The dyno has ended';
    return {
      exitCode: null,
      how: 'lost',
      reason: reason(`${what}, and Heroku’s log has no line with its exit status.`),
    };
  }

  const state: RunState = {
    wrote(at) {
      up = true;
      lastLineAt = at;
    },
    told(text, at) {
      lastLineAt = at;
      const code = statusLine.exec(text)?.[1];
      if (code !== undefined) state.exited(Number(code), at);
      const to = changeLine.exec(text)?.[1];
      if (to !== undefined) become(to, at);
      const [, error, meaning] = errorLine.exec(text) ?? [];
      if (error !== undefined) state.note(sentenceOf(error, meaning ?? ''));
    },
    seen: (shown, at) => become(shown ?? 'gone', at),
    exited(code, at) {
      up = true;
      exit ??= { code, at };
    },
    sessionOpened(at) {
      sessionAt = at;
    },
    note(sentence) {
      if (notes.size < mostNotes) notes.add(sentence);
    },
    isUp: () => up,
    isOver: () => over !== null,
    hasExit: () => exit !== null,
    judge(at) {
      if (exit !== null) {
        const quietAt = Math.max(lastLineAt, exit.at) + (over === null ? quietMs : shortQuietMs);
        const due = Math.min(quietAt, exit.at + mostAfterExitMs);
        if (at < due) return { at: due, renew: false };
        return { end: { exitCode: exit.code, how: 'exited', reason: reason() } };
      }
      if (over === null) return { at: Number.POSITIVE_INFINITY, renew: false };
      const isNew = sessionAt > over.at;
      const due = Math.max(isNew ? sessionAt + statusWithinMs : over.at + mostAfterOverMs, lastLineAt + statusWithinMs);
      if (at >= due) return { end: withoutStatus(over) };
      if (isNew || isRenewed) return { at: due, renew: false };
      // While lines come, the session may still have it.
      const renewAt = Math.max(over.at, lastLineAt) + renewAfterMs;
      if (at < renewAt) return { at: renewAt, renew: false };
      isRenewed = true;
      return { at: due, renew: true };
    },
  };
  return state;
}
