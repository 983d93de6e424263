import { statfs } from 'node:fs/promises';
import { constants } from 'node:os';
import { deferred } from '../../../../lib/pause.ts';
import type { End, OutputSink } from '../../target.ts';
import { handOver } from './output.ts';
import { exitCodeOf, outputFile, outputSize } from './run-folder.ts';
import type { Ticker } from './ticker.ts';

/** Bytes of output on the disk. */
const mostBytes = 67_108_864;
/** So long after its start a run is looked at often: most runs are short. Milliseconds. */
const youngMs = 2_000;

export interface Followed {
  folder: string;
  /** Byte of the output from which to go on. */
  from: number;
  /** Whether the wrapper has ended. */
  isGone(): boolean;
  /** Ends the whole group at once. */
  kill(): void;
  /** Ends what is left of the group when the wrapper was ended from outside. */
  killRest(): void;
  /** Why there is no exit code. */
  whyLost(): string;
}

/** Follows a run to its end: hands over its output, and ends it when it writes too much. */
export async function followRun(
  run: Followed,
  { ticker, monotonic }: { ticker: Ticker; monotonic(): number },
  output: OutputSink,
  signal: AbortSignal,
): Promise<End> {
  const { folder } = run;
  const youngUntil = monotonic() + youngMs;
  let size = 0;
  let isGone = false;
  let news = deferred<void>();
  let fault: unknown = null;

  /** Returns whether there may be more soon. */
  function look(): boolean {
    try {
      return lookNow();
    } catch (error) {
      fail(error);
      return false;
    }
  }

  function lookNow(): boolean {
    const before = size;
    const wasGone = isGone;
    // First the process, then the size: after its end the output does not grow.
    isGone = isGone || run.isGone();
    size = outputSize(folder) ?? size;
    if (size > mostBytes && !isGone) run.kill();
    if (size === before && isGone === wasGone) return monotonic() < youngUntil;
    news.resolve();
    return true;
  }

  function fail(error: unknown): void {
    fault = error;
    news.resolve();
  }

  const leave = ticker.add(look);
  const onAbort = () => news.resolve();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    look();
    for (let at = run.from; ; ) {
      news = deferred();
      signal.throwIfAborted();
      if (fault !== null) throw fault;
      const ended = isGone;
      if (ended && exitCodeOf(folder) === null) {
        run.killRest();
        size = outputSize(folder) ?? size;
      }
      at = await handOver(outputFile(folder), { from: at, to: Math.min(size, mostBytes), ended }, output, signal);
      if (ended) return await endOf(run, size);
      await news.promise;
    }
  } finally {
    leave();
    signal.removeEventListener('abort', onAbort);
  }
}

async function endOf({ folder, whyLost }: Followed, size: number): Promise<End> {
  const exitCode = exitCodeOf(folder);
  if (size > mostBytes) {
    const reason = `It wrote more than ${mostBytes / 1_048_576} MiB of output, so it was ended.`;
    return { exitCode, how: 'failed', reason };
  }
  if (exitCode === null) return { exitCode, how: 'lost', reason: whyLost() };
  if (exitCode !== 0 && (await isFull(folder))) {
    return { exitCode, how: 'exited', reason: 'The disk that keeps its output is full. Free space on it.' };
  }
  return { exitCode, how: 'exited', reason: meaningOf(exitCode) };
}

async function isFull(folder: string): Promise<boolean> {
  const disk = await statfs(folder).catch(() => null);
  return disk !== null && disk.bavail === 0;
}

/** Returns a sentence on an exit code that shells give a meaning to; null for others. */
function meaningOf(exitCode: number): string | null {
  if (exitCode === 126) return 'Exit code 126: a file could not be executed.';
  if (exitCode === 127) return 'Exit code 127: a command or an interpreter was not found.';
  if (exitCode === 137) return 'Exit code 137: it was killed (SIGKILL), by somebody or for want of memory.';
  const name = Object.entries(constants.signals).find(([, number]) => number + 128 === exitCode)?.[0];
  return name === undefined ? null : `Exit code ${exitCode}: the signal ${name} ended it.`;
}
