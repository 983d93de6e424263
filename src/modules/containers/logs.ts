import { once } from 'node:events';
import type { FastifyReply } from 'fastify';
import type { DockerReader } from '../../docker/index.ts';
import { createLineReader, inSeconds, nanoseconds } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { EventStream } from '../../http/index.ts';
import { pause } from '../../lib/pause.ts';
import type { Container } from './container.ts';
import type { LogLine } from './log-line.ts';

export interface LogRequest {
  container: Container;
  tail: number;
  follow: boolean;
  /** Only lines with this text, ignoring case; '' for all lines. */
  search: string;
}

/** Lines from the end of the log that a search covers. */
const searchDepth = 10_000;
/** Wait before a log whose connection was cut is resumed. */
const againMs = 500;
/** Backpressure: nothing is read from Docker while this many bytes are buffered for the client. */
const highWater = 1024 * 1024;
/** States in which a log may continue. */
const alive = ['running', 'paused'];

/**
 * Sends lines as events `message` {time, stream, text}, and at the end of the log `end` {reason}. Rejects when the first
 * request to Docker fails; then no stream was opened.
 */
export async function sendLogs(
  { docker, clock }: { docker: DockerReader; clock: Clock },
  { container, tail, follow, search }: LogRequest,
  open: () => EventStream,
  reply: FastifyReply,
): Promise<void> {
  const { raw } = reply;
  const disconnect = new AbortController();
  const { signal } = disconnect;
  raw.on('close', () => disconnect.abort());
  if (raw.closed) disconnect.abort();
  const wanted = search.toLowerCase();
  const requestedAt = nanoseconds(new Date(clock.now()).toISOString());
  /** Time of the newest line; 0 before the first one. */
  let newest = 0n;
  let bytes = await docker
    .logs(container.id, { follow, tail: search === '' ? tail : Math.max(tail, searchDepth) }, signal)
    .catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  // The client has disconnected.
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
        // A proxy cut the idle connection; the log is resumed where it ended.
      }
      send(reader.end());
      if (signal.aborted || !follow) break;
      if (!alive.includes((await docker.inspect(container.id)).State.Status)) break;
      await pause(clock, againMs);
      const since = inSeconds(newest === 0n ? requestedAt : newest + 1n);
      bytes = await docker.logs(container.id, { follow, tail: 'all', since }, signal);
    }
    stream.send('end', { reason: follow ? 'The container no longer runs.' : 'End of the log.' });
  } catch (error) {
    stream.send('end', { reason: (error as Error).message });
  } finally {
    disconnect.abort();
    raw.end();
  }
}
