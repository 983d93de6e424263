import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import { isEnded } from '../../domain/job.ts';
import type { limitReaders, SharedStream } from '../../http/index.ts';
import { within } from '../../lib/deadline.ts';
import { pageLines } from './output-text.ts';
import type { Jobs } from './types.ts';
import type { JobView } from './views.ts';

export interface LogParts {
  jobs: Pick<Jobs, 'find' | 'output' | 'watch'>;
  clock: Pick<Clock, 'after'>;
  readers: ReturnType<typeof limitReaders>;
  view(id: string): Promise<JobView>;
}

/** Backpressure: nothing is read from the store while this many bytes are buffered for the client. */
const highWater = 65_536;
/** A client that takes nothing for this long is disconnected; it resumes with Last-Event-ID. */
const stuckMs = 60_000;
/** Changes by another program on the same store are seen after this time. */
const lookAgainMs = 2_000;

/**
 * Sends a job's output as server-sent events: lines as `message` with their numbers as ids, `cut` {from, to, bytes} in place of
 * lines that are not kept, `job` with the view after each change, and at the end of the job `end` with its view.
 * Resolves when the job has ended or the client disconnected.
 * @param after number of the last line that the client has @throws TooManyReaders before anything is sent
 */
export async function followLog(
  { jobs, clock, readers, view }: LogParts,
  { id, after }: { id: string; after: number },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { raw } = reply;
  const stream = readers.open(request, reply);
  const disconnect = new AbortController();
  const { signal } = disconnect;
  raw.on('close', () => disconnect.abort());
  if (raw.closed || raw.writableEnded) disconnect.abort();
  const changes = createChanges(jobs, id, clock, signal);
  const send = createLineSender(stream, after);
  let revision = -1;
  try {
    while (!signal.aborted) {
      changes.forget();
      // Read before the output: the output of an ended job is complete.
      const job = await jobs.find(id);
      if (job.revision !== revision && !isEnded(job)) stream.send('job', await view(id));
      revision = job.revision;
      for (;;) {
        const page = await jobs.output(id, send.at(), pageLines);
        send.page(page);
        if (page.lines.length === 0 || signal.aborted) break;
        if (raw.writableLength <= highWater) continue;
        if ((await within(clock, stuckMs, once(raw, 'drain', { signal }))) === null) return void raw.destroy();
      }
      if (isEnded(job)) return void stream.send('end', await view(id));
      await changes.next();
    }
  } catch (error) {
    if (!signal.aborted) request.log.debug({ err: error, job: id }, 'a log stream ended');
  } finally {
    changes.end();
    raw.end();
  }
}

/** Sends the lines of a page, and what was cut between them. */
function createLineSender(stream: SharedStream, after: number) {
  let at = after;
  return {
    at: () => at,
    page({ lines, cut }: Awaited<ReturnType<Jobs['output']>>): void {
      for (const { number, text } of lines) {
        if (number > at + 1) {
          const [from, to] = [at + 1, number - 1];
          const isWhole = cut?.from === from && cut.to === to;
          stream.send('cut', { from, to, bytes: isWhole ? cut.bytes : null }, String(to));
        }
        stream.sendText(text.replace(/\r+$/, ''), String(number));
        at = number;
      }
    },
  };
}

/** Waits for changes of a job; those before the wait count too. */
function createChanges(jobs: Pick<Jobs, 'watch'>, id: string, clock: Pick<Clock, 'after'>, signal: AbortSignal) {
  let isChanged = false;
  let wake = () => {};
  const listener = () => {
    isChanged = true;
    wake();
  };
  signal.addEventListener('abort', listener);
  const stop = jobs.watch(id, listener);
  return {
    forget() {
      isChanged = false;
    },
    async next(): Promise<void> {
      if (isChanged || signal.aborted) return;
      await within(
        clock,
        lookAgainMs,
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
      );
    },
    end() {
      stop();
      signal.removeEventListener('abort', listener);
    },
  };
}
