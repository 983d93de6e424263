import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import type { EventStream } from '../../http/index.ts';
import { pause } from '../../lib/pause.ts';
import type { Container } from './container.ts';
import type { DockerReader } from './docker/client.ts';
import { createLineReader } from './docker/frames.ts';
import { inSeconds, nanoseconds } from './docker/time.ts';
import type { LogLine } from './log-line.ts';

export interface LogRequest {
  container: Container;
  tail: number;
  follow: boolean;
  /** Only lines with this in them, whatever their case; '' for all. */
  search: string;
}

/** Of a log that is searched, so many lines back. */
const searchDepth = 10_000;
/** Before a log that was cut is taken up again. */
const againMs = 500;
/** No more is read from Docker while so much waits for the reader. */
const highWater = 1024 * 1024;
/** A paused one says nothing, and may go on. */
const alive = ['running', 'paused'];

/**
 * Sends lines as events `message` {time, stream, text}; then `end` {reason}, when the log ends. Rejects when Docker
 * cannot be read to begin with.
 */
export async function sendLogs(
  { docker, clock }: { docker: DockerReader; clock: Clock },
  { container, tail, follow, search }: LogRequest,
  open: () => EventStream,
  reply: FastifyReply,
): Promise<void> {
  const { raw } = reply;
  const gone = new AbortController();
  const { signal } = gone;
  raw.on('close', () => gone.abort());
  if (raw.closed) gone.abort();
  const wanted = search.toLowerCase();
  const asked = nanoseconds(new Date(clock.now()).toISOString());
  /** The newest line's time; 0: there was none yet. */
  let newest = 0n;
  let bytes = await docker
    .logs(container.id, { follow, tail: search === '' ? tail : Math.max(tail, searchDepth) }, signal)
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  // Nobody is there to be answered.
  if (bytes === undefined || signal.aborted) return void reply.hijack();
  const stream = open();

  function send(lines: readonly LogLine[]): void {
    for (const line of lines) {
      const time = nanoseconds(line.time);
      if (time > newest) newest = time;
      if (wanted === '' || line.text.toLowerCase().includes(wanted)) stream.send('message', line);
    }
  }

  try {
    for (;;) {
      const reader = createLineReader(container.tty);
      try {
        for await (const chunk of bytes) {
          send(reader.push(chunk as Buffer));
          if (raw.writableLength > highWater) await once(raw, 'drain', { signal });
        }
      } catch (error) {
        if (error instanceof RangeError) throw error;
        // A proxy cut a log that was silent for long; it is taken up where it was.
      }
      send(reader.end());
      if (signal.aborted || !follow) break;
      if (!alive.includes((await docker.inspect(container.id)).State.Status)) break;
      await pause(clock, againMs);
      const since = inSeconds(newest === 0n ? asked : newest + 1n);
      bytes = await docker.logs(container.id, { follow, tail: 'all', since }, signal);
    }
    stream.send('end', { reason: follow ? 'The container no longer runs.' : 'That is all.' });
  } catch (error) {
    stream.send('end', { reason: (error as Error).message });
  } finally {
    gone.abort();
    raw.end();
  }
}
