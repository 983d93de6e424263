import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { type AllEvents, limitReaders, type SharedStream } from '../../http/index.ts';
import { createPoll } from '../../lib/poll.ts';
import type { EventLogStore } from '../../ports/event-log-store.ts';
import type { Tail } from './tail.ts';

/** Events of a page. */
const page = 200;
/** A reader with more bytes than this that it has not taken gets the next event later. */
const mostUnread = 65_536;
const everyMs = 10_000;

export interface ReaderParts {
  store: Pick<EventLogStore, 'eventsAfter' | 'eventEnds'>;
  tail: Tail;
  clock: Pick<Clock, 'after'>;
  log: Logger;
}

export interface EventReaders {
  /** Sends the events after a position as server-sent events, and goes on with new ones. */
  open: AllEvents;
  count(): number;
}

/** Readers of all events over HTTP. Each reads the log in pages, as fast as it takes them, so none costs memory. */
export function createReaders({ store, tail, clock, log }: ReaderParts): EventReaders {
  const readers = limitReaders();
  let count = 0;

  async function follow(stream: SharedStream, reply: FastifyReply, from: number, team: string | null): Promise<void> {
    const { raw } = reply;
    const closed = new AbortController();
    let position = from;
    /** The last id that the client was sent. */
    let sent = from;

    async function sendPage(): Promise<boolean> {
      const events = await store.eventsAfter(position, page);
      const next = events[0]?.position ?? 0;
      // Positions have gaps, so only events before the oldest one that is kept were deleted.
      if (next > position + 1) position = tellLost(stream, position, Math.min(next, (await store.eventEnds()).first));
      sent = Math.max(sent, position);
      for (const event of events) {
        if (raw.writableLength > mostUnread) await drained(reply, closed.signal);
        if (closed.signal.aborted) return false;
        position = event.position;
        if (team !== null && event.team !== team) continue;
        stream.sendJson('message', event.body, String(position));
        sent = position;
      }
      if (position > sent) {
        // Else the client would read the events of other workspaces again when it resumes, or be told that they are lost.
        stream.sendId(String(position));
        sent = position;
        // SQLite reads at once, and nothing waits for the client.
        await nextTurn();
      }
      return events.length === page;
    }

    const poll = createPoll({
      timer: clock,
      everyMs,
      run: async () => {
        while (await sendPage());
      },
      onError(error) {
        log.warn({ err: error }, 'a reader of events is disconnected; it goes on with the last one that it got');
        raw.destroy();
      },
    });
    const unsubscribe = tail.subscribe(poll.wake);
    stream.onClose(() => {
      count -= 1;
      closed.abort();
      unsubscribe();
      void poll.stop();
    });
    poll.start();
  }

  return {
    async open(request, reply, after, team) {
      const { first, last } = await store.eventEnds();
      const stream = readers.open(request, reply);
      count += 1;
      const from = after === null || after > last ? last : after;
      void follow(stream, reply, tellLost(stream, from, first), team);
    },
    count: () => count,
  };
}

/**
 * Sends how many events were deleted between a position and the oldest event that is kept.
 * @returns the position to go on after
 */
function tellLost(stream: SharedStream, position: number, first: number): number {
  if (position >= first - 1) return position;
  stream.send('lost', { events: first - 1 - position }, String(first - 1));
  return first - 1;
}

/** Resolves when the client has taken what is buffered, or is gone. */
function drained({ raw }: FastifyReply, closed: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      raw.off('drain', done);
      closed.removeEventListener('abort', done);
      resolve();
    };
    raw.on('drain', done);
    closed.addEventListener('abort', done);
  });
}
