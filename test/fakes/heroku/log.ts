import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { type FakeReply, type FakeRequest, jsonReply } from '../http-server.ts';
import * as errors from './errors.ts';
import type { App } from './types.ts';

interface Line {
  time: string;
  source: string;
  ps: string;
  text: string;
}

interface Session {
  app: string;
  isFir: boolean;
  dyno: string | undefined;
  source: string | undefined;
  lines: number;
  tail: boolean;
  token: string;
  createdAt: number;
}

/** Most lines that a session gives of those before it, and how many without `lines`. */
const mostLines = 1_500;
const usualLines = 100;
/** A session that nobody reads ends. Milliseconds. */
const unusedMs = 300_000;

/**
 * Logplex: the log of an app, and sessions that read it. Cedar sends lines as plain text, and first those before the session;
 * they are cut from the whole log of the app, and then filtered. Fir sends only new ones: as server-sent events if Accept has
 * that type, else as plain text without anything between them.
 */
export interface FakeLog {
  /** Adds a line. The source is `app`, `heroku`. Its time is that of the fake’s clock, with microseconds that count up. */
  add(app: string, source: string, ps: string, text: string): void;
  /** All lines of the same millisecond get the same time. */
  isCoarse: boolean;
  /** Bytes of a chunk; 0: a line is one chunk. */
  chunkBytes: number;
  /** The next sessions do not begin with lines before now, as if a busy app had pushed them out. */
  hasBacklog: boolean;
  /** Sessions that are read get no new lines. */
  isDeaf: boolean;
  /** False: sessions have the lines of all dynos. */
  hasFilter: boolean;
  /** Sessions that were opened so far, and that are read now. */
  opened: number;
  readers: number;
  /** Breaks all sessions in the middle of a line, or ends them properly. */
  breakOff(how?: 'reset' | 'end'): void;
  /** `POST /apps/{app}/log-sessions` */
  create(app: App, body: Record<string, unknown>, url: string): FakeReply;
  /** `GET /streams/{id}`, without a login. */
  read(request: FakeRequest): FakeReply;
}

export function createFakeLog(now: () => number): FakeLog {
  const logs = new Map<string, Line[]>();
  const sessions = new Map<string, Session>();
  const readers = new Map<ServerResponse, Session & { isEvents: boolean }>();
  let sequence = 0;

  const isIn = ({ dyno, source }: Session, line: Line) =>
    (!log.hasFilter || dyno === undefined || line.ps === dyno) && (source === undefined || line.source === source);

  function send(
    response: ServerResponse,
    session: Session & { isEvents: boolean },
    { time, source, ps, text }: Line,
  ): void {
    const line = `${time} ${source}[${ps}]: ${text}`;
    sequence += 1;
    const framed = session.isEvents ? `id: ${sequence}\ndata: ${line}\n\n` : session.isFir ? line : `${line}\n`;
    const bytes = Buffer.from(framed);
    const size = log.chunkBytes || bytes.length;
    for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
  }

  const log: FakeLog = {
    isCoarse: false,
    chunkBytes: 0,
    hasBacklog: true,
    isDeaf: false,
    hasFilter: true,
    opened: 0,
    get readers() {
      return readers.size;
    },
    add(app, source, ps, text) {
      const lines = logs.get(app) ?? [];
      logs.set(app, lines);
      const micros = log.isCoarse ? 0 : lines.length % 1_000;
      const time = new Date(now()).toISOString().replace('Z', `${String(micros).padStart(3, '0')}+00:00`);
      const line = { time, source, ps, text };
      lines.push(line);
      for (const [response, session] of readers) {
        if (!log.isDeaf && session.app === app && isIn(session, line)) send(response, session, line);
      }
    },
    breakOff(how = 'reset') {
      for (const response of readers.keys()) {
        if (how === 'end') response.end();
        else {
          // The beginning of a line that the next session has whole.
          response.write('2026-01-02T00:00:00.0000');
          setImmediate(() => response.destroy());
        }
      }
      readers.clear();
    },
    create(app, body, url) {
      const isFir = app.generation === 'fir';
      const { dyno, source, lines = usualLines, tail = false } = body;
      if (isFir && (body.lines !== undefined || body.tail !== undefined))
        return errors.invalid('Unknown parameter: lines.');
      if (typeof lines !== 'number' || !Number.isInteger(lines) || lines < 1) return errors.invalid('Invalid lines.');
      if (dyno !== undefined && typeof dyno !== 'string') return errors.invalid('Invalid dyno.');
      const id = randomUUID();
      const token = randomUUID();
      sessions.set(id, {
        ...{ app: app.name, isFir, dyno, token, createdAt: now() },
        source: typeof source === 'string' ? source : undefined,
        ...{ lines: Math.min(lines, mostLines), tail: isFir || tail === true },
      });
      const time = new Date(now()).toISOString();
      return jsonReply(
        { id, logplex_url: `${url}/streams/${id}?srv=${token}`, created_at: time, updated_at: time },
        201,
      );
    },
    read({ url, headers }) {
      const found = sessions.get(url.pathname.split('/')[2] ?? '');
      const isGone = found === undefined || found.token !== url.searchParams.get('srv');
      if (isGone || now() - found.createdAt > unusedMs) return { status: 404, body: 'Session not found' };
      log.opened += 1;
      const session = { ...found, isEvents: found.isFir && (headers.accept ?? '').includes('text/event-stream') };
      const type = session.isEvents ? 'text/event-stream' : session.isFir ? 'text/plain' : 'text/plain; charset=utf-8';
      return {
        status: 200,
        headers: { 'content-type': type },
        stream(response) {
          response.flushHeaders();
          const before = session.isFir || !log.hasBacklog ? [] : (logs.get(session.app) ?? []).slice(-session.lines);
          for (const line of before) if (isIn(session, line)) send(response, session, line);
          if (!session.tail) return void response.end();
          readers.set(response, session);
          response.on('close', () => readers.delete(response));
        },
      };
    },
  };
  return log;
}
