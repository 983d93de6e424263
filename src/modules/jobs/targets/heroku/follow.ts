import type { Logger } from 'pino';
import type { Clock } from '../../../../domain/clock.ts';
import { HerokuFailed } from '../../../../heroku-api/index.ts';
import type { End, OutputSink } from '../../target.ts';
import type { HerokuApi } from './api.ts';
import type { Dynos } from './dynos.ts';
import type { Run } from './handle.ts';
import { createKnownLines } from './known-lines.ts';
import { type LogLine, parseLogLine } from './log-line.ts';
import { createLogReader } from './read-log.ts';
import { createRunState } from './run-state.ts';
import { createSleeper } from './sleeper.ts';

/** When the dyno is looked at: at first, until it is up, and from then on. Milliseconds. */
const looks = { firstMs: 5_000, startingMs: 15_000, upMs: 60_000 };
/** A dyno that is not up this long after its start is stopped. Milliseconds. */
const startWithinMs = 300_000;
const mostKills = 3;
/** Lines that are this much older than the dyno are those of an earlier dyno with the same name. Microseconds. */
const olderMicros = 10_000_000;

const stoppedEnd: End = { exitCode: null, how: 'exited', reason: 'It was stopped; Heroku told no exit status.' };
const neverUp = (isStopped: boolean) =>
  `Its dyno did not start within ${startWithinMs / 60_000} min. ${
    isStopped ? 'It was stopped.' : 'It could not be stopped; Heroku ends it by its time limit.'
  }`;

export interface FollowParts {
  api: HerokuApi;
  dynos: Dynos;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
}

export interface Followed {
  run: Run;
  cursor: string | null;
  /** When the dyno was asked for, milliseconds since the epoch. */
  startedAt: number;
  /** Returns the exit status that a webhook told; null: none did. */
  exitStatus(): number | null;
  /** Returns whether somebody asked to stop the run. */
  wasStopped(): boolean;
  /** Ends the dyno at once. @throws HerokuFailed */
  kill(): Promise<void>;
}

/** Follows a run to its end: its log by sessions, and its dyno by looks. Rejects when the signal aborts. */
export async function follow(
  { api, dynos, clock, log }: FollowParts,
  { run, cursor, startedAt, exitStatus, wasStopped, kill }: Followed,
  output: OutputSink,
  started: () => void,
  signal: AbortSignal,
): Promise<End> {
  signal.throwIfAborted();
  const state = createRunState();
  const known = createKnownLines(cursor);
  const over = new AbortController();
  const stops = AbortSignal.any([signal, api.closed, over.signal]);
  const begunAt = clock.monotonic();
  const ageAtBegin = Math.max(0, clock.now() - startedAt);
  const looking = createSleeper(clock, stops);
  let end: End | null = null;
  let cancelJudge = () => {};
  let isWriting = false;
  let isStarted = false;
  let problem = '';
  const reader = createLogReader({
    ...{ api, clock, run, signal: stops, take },
    onOpen(mayMiss) {
      problem = '';
      known.begin();
      if (mayMiss && !state.hasExit()) state.note('Its log session broke, so lines of its output may be missing.');
      state.sessionOpened(clock.monotonic());
      judge();
    },
    onBreak(error) {
      if (error !== null) failed(error);
      looking.wake();
    },
  });

  function finish(how: End): void {
    end ??= how;
    over.abort();
  }

  /** Looks at what is known. Called after each fact, and when the state says. */
  function judge(): void {
    cancelJudge();
    if (end !== null || isWriting) return;
    const now = clock.monotonic();
    const code = exitStatus();
    if (code !== null) state.exited(code, now);
    if (state.isUp() && !isStarted) {
      isStarted = true;
      started();
    }
    const verdict = state.judge(now);
    if ('end' in verdict) {
      finish(verdict.end.how === 'exited' || !wasStopped() ? verdict.end : stoppedEnd);
      return;
    }
    if (verdict.renew) reader.renew();
    if (verdict.at !== Number.POSITIVE_INFINITY) cancelJudge = clock.after(verdict.at - now, judge);
  }

  function failed({ message, requestId }: HerokuFailed): void {
    if (message === problem) return;
    problem = message;
    log.warn({ app: run.app, dyno: run.dyno, problem, requestId }, 'a dyno on Heroku cannot be followed for now');
  }

  async function take(records: readonly string[]): Promise<void> {
    const now = clock.monotonic();
    const lines: string[] = [];
    for (const record of records) {
      const line = parseLogLine(record);
      if (line === null || !isOfRun(line)) continue;
      if (line.source === 'heroku') state.told(line.text, now);
      else if (line.source === 'app') {
        state.wrote(now);
        if (known.isNew(line.at, line.text)) lines.push(line.text);
      }
    }
    if (lines.length > 0) {
      isWriting = true;
      await output.write(`${lines.join('\n')}\n`, known.cursor());
      isWriting = false;
      state.wrote(clock.monotonic());
    }
    judge();
  }

  function isOfRun({ at, source, ps }: LogLine): boolean {
    if (run.createdAt > 0 && at < run.createdAt * 1_000 - olderMicros) return false;
    return ps === run.dyno || (source === 'heroku' && ps === 'logplex');
  }

  async function watch(): Promise<void> {
    let waitMs = looks.firstMs;
    let kills = 0;
    while (!state.isOver()) {
      await looking.sleep(Math.max(waitMs, api.heldMs()));
      if (stops.aborted) return;
      try {
        state.seen(await dynos.stateOf(run, begunAt), clock.monotonic());
        judge();
        const age = ageAtBegin + clock.monotonic() - begunAt;
        if (!state.isUp() && !state.isOver() && age >= startWithinMs) {
          kills += 1;
          const isStopped = await kill().then(
            () => true,
            (error) => {
              if (kills < mostKills) throw error;
              return false;
            },
          );
          finish({ exitCode: null, how: 'failed', reason: neverUp(isStopped) });
        }
      } catch (error) {
        if (stops.aborted) return;
        if (!(error instanceof HerokuFailed)) throw error;
        failed(error);
      }
      waitMs = state.isUp() ? looks.upMs : looks.startingMs;
    }
  }

  try {
    await Promise.all([reader.read(), watch()]);
  } finally {
    over.abort();
    cancelJudge();
  }
  if (end === null) throw new Error('The program stops; the run goes on.', { cause: signal.reason });
  return end;
}
