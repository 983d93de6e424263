import type { FastifyReply } from 'fastify';
import type { Clock } from '../domain/clock.ts';
import type { EventStream } from '../http/sse.ts';
import type { Container } from './container.ts';
import type { DockerReader } from './docker/client.ts';
import { createLineReader, type LogLine } from './docker/frames.ts';

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

/**
 * Sends lines as events `message` {time, stream, text}; then `end` {reason}, when the log ends. Rejects when Docker
 * cannot be read to begin with.
 */
export async function sendLogs(
  { docker, clock }: { docker: DockerReader; clock: Clock },
  { container, tail, follow, search }: LogRequest,
  open: () => EventStream,
  raw: FastifyReply['raw'],
): Promise<void> {
  const gone = new AbortController();
  raw.on('close', () => gone.abort());
  const wanted = search.toLowerCase();
  let since: string | undefined;
  const read = (lines: number | 'all') => docker.logs(container.id, { follow, tail: lines, since }, gone.signal);
  let bytes = await read(search === '' ? tail : Math.max(tail, searchDepth));
  const stream = open();

  function send(lines: readonly LogLine[]): void {
    for (const line of lines) {
      if (line.time !== '') since = justAfter(line.time);
      if (wanted === '' || line.text.toLowerCase().includes(wanted)) stream.send('message', line);
    }
  }

  try {
    for (;;) {
      const reader = createLineReader(container.tty);
      try {
        for await (const chunk of bytes) {
          send(reader.push(chunk as Buffer));
          if (raw.writableLength > highWater) await drained(raw);
          if (gone.signal.aborted) return;
        }
      } catch (error) {
        if (error instanceof RangeError) throw error;
        // A proxy cut a log that was silent for long; it is taken up where it was.
      }
      send(reader.end());
      if (gone.signal.aborted || !follow) break;
      if ((await docker.inspect(container.id)).State.Status !== 'running') break;
      // One that has said nothing yet has no time to go on from.
      since ??= String(Math.floor(clock.now() / 1_000));
      await new Promise<void>((resolve) => clock.after(againMs, resolve));
      if (gone.signal.aborted) return;
      bytes = await read('all');
    }
    stream.send('end', { reason: follow ? 'The container no longer runs.' : 'That is all.' });
  } catch (error) {
    stream.send('end', { reason: (error as Error).message });
  } finally {
    gone.abort();
    raw.end();
  }
}

function drained(raw: FastifyReply['raw']): Promise<void> {
  return new Promise((resolve) => {
    raw.once('drain', resolve);
    raw.once('close', resolve);
  });
}

/** `2026-01-02T03:04:05.123456789Z` as Docker's `since`, a nanosecond later: that line has been sent. */
function justAfter(time: string): string {
  const [, whole = '', fraction = ''] = /^(.{19})\.?(\d*)/.exec(time) ?? [];
  const nanoseconds = BigInt(Date.parse(`${whole}Z`)) * 1_000_000n + BigInt(fraction.padEnd(9, '0')) + 1n;
  return `${nanoseconds / 1_000_000_000n}.${String(nanoseconds % 1_000_000_000n).padStart(9, '0')}`;
}
