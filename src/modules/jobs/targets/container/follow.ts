import type { Readable } from 'node:stream';
import { createLineReader } from '../../../../docker/index.ts';
import type { LogLine } from '../../../../docker/log-line.ts';
import type { Clock } from '../../../../domain/clock.ts';
import { pause } from '../../../../lib/pause.ts';
import type { End, OutputSink } from '../../target.ts';
import { type ContainerState, isRefused, type JobsClient } from './client.ts';
import { endOf, hasEnded } from './end.ts';
import type { Position } from './position.ts';

export interface Run {
  id: string;
  memoryMb: number;
  /** The output of the running container, which `start` opened; null after a restart of the program. */
  live: Readable | null;
  position: Position;
}

const firstPauseMs = 50;
const longestPauseMs = 10_000;
/** After this silence the container is looked at: Docker may have forgotten to end the stream. */
const silenceMs = 30_000;

/**
 * Follows a run to its end. First what comes from the running container: Docker lets it write no faster than this reads. Then
 * the log, until a reading that began after the container's end: it has what broken connections lost.
 */
export async function followRun(
  { client, clock }: { client: JobsClient; clock: Clock },
  { id, memoryMb, live, position }: Run,
  output: OutputSink,
  started: () => void,
  signal: AbortSignal,
): Promise<End> {
  async function write(lines: readonly LogLine[]): Promise<void> {
    if (lines.length === 0) return;
    await output.write(lines.map(({ text }) => `${text}\n`).join(''), position.toString());
  }

  /** Resolves with true at the end of the stream, with false when it broke. Rejects when the output cannot be written. */
  async function pump(stream: Readable, isLogged: boolean, isLast: boolean): Promise<boolean> {
    const reader = createLineReader(false, isLogged);
    const fresh = (lines: LogLine[]): LogLine[] => {
      if (isLogged) return lines.filter((line) => position.takeLogged(line));
      for (const line of lines) position.takeLive(line, clock.now());
      return lines;
    };
    const chunks = stream[Symbol.asyncIterator]();
    const abort = () => void stream.destroy();
    signal.addEventListener('abort', abort, { once: true });
    try {
      for (;;) {
        const stopWatching = watchSilence(stream);
        const next = await chunks
          .next()
          .finally(stopWatching)
          .catch(() => null);
        if (next === null || signal.aborted) return false;
        if (next.done) break;
        await write(fresh(reader.push(next.value as Buffer)));
      }
      // A line without its end: it goes on in the next reading, unless the container has ended.
      if (isLast) await write(fresh(reader.end()));
      return true;
    } finally {
      signal.removeEventListener('abort', abort);
      stream.destroy();
    }
  }

  function watchSilence(stream: Readable): () => void {
    let cancel = clock.after(silenceMs, look);
    function look(): void {
      cancel = clock.after(silenceMs, look);
      client.state(id).then(
        (state) => hasEnded(state) && stream.destroy(new Error('the container has ended')),
        () => stream.destroy(new Error('the container cannot be looked at')),
      );
    }
    return () => cancel();
  }

  /** Reads the log once. Resolves with the end, or with null when there is more to come. Rejects as `pump`. */
  async function readLog(): Promise<End | null> {
    let state: ContainerState;
    let stream: Readable;
    try {
      state = await client.state(id);
      if (state.state === 'created') return endOf(state, memoryMb);
      stream = await client.output(id, position.since(), signal);
    } catch (error) {
      return isRefused(error, 'no_container') ? removed : null;
    }
    started();
    position.rewind();
    const isLast = hasEnded(state);
    return (await pump(stream, true, isLast)) && isLast ? endOf(state, memoryMb) : null;
  }

  signal.throwIfAborted();
  if (live !== null) {
    started();
    await pump(live, false, false);
  }
  let pauseMs = firstPauseMs;
  for (;;) {
    signal.throwIfAborted();
    const before = position.toString();
    const end = await readLog();
    if (end !== null) return end;
    pauseMs = position.toString() === before ? Math.min(2 * pauseMs, longestPauseMs) : firstPauseMs;
    await pause(clock, pauseMs, signal);
  }
}

const removed: End = {
  exitCode: null,
  how: 'lost',
  reason: 'Its container is gone: somebody removed it before its end was read.',
};
