import { randomUUID } from 'node:crypto';
import type { AckResult, createConnections } from './connections.ts';
import type { Signing } from './signed-post.ts';
import { signedPost } from './signed-post.ts';
import type { FakeAttempt, Json } from './types.ts';
import type { World } from './world.ts';

/** Where HTTP deliveries go. Without `eventsUrl`, events go to Socket Mode; likewise for the other two. */
export interface Targets {
  eventsUrl?: string;
  commandsUrl?: string;
  interactiveUrl?: string;
}

export interface Outgoing {
  kind: FakeAttempt['kind'];
  payload: Json;
  /** The body and type for HTTP. */
  http: { url: string | undefined; body: string; contentType: string };
  eventId?: string;
  retryNum: number;
  retryReason?: string;
  /** The number of the connection that had it before. */
  last?: number;
  signing?: Signing;
}

export interface Outcome {
  outcome: FakeAttempt['outcome'];
  acked: boolean;
  body: string;
  noRetry: boolean;
  /** The number of the connection that had it. */
  connection?: number;
}

/** One try at handing something to the app, over whichever way it listens, recorded in `world.attempts`. */
export function createTransport(parts: {
  world: World;
  connections: ReturnType<typeof createConnections>;
  ackTimeoutMs: number;
  stop: AbortSignal;
}) {
  const { world, connections, ackTimeoutMs, stop } = parts;

  async function overHttp(out: Outgoing, url: string): Promise<Outcome> {
    const signing = { secret: world.signingSecret, timestampS: Math.floor(world.now() / 1000), ...out.signing };
    const retrying = out.retryNum > 0;
    const posted = await signedPost(url, out.http.body, out.http.contentType, {
      signing,
      timeoutMs: ackTimeoutMs,
      stop,
      headers: retrying
        ? { 'x-slack-retry-num': String(out.retryNum), 'x-slack-retry-reason': out.retryReason ?? 'unknown_error' }
        : {},
    });
    record(out, { via: 'http', outcome: 'failed' in posted ? posted.failed : posted.status });
    if ('failed' in posted) return { outcome: posted.failed, acked: false, body: '', noRetry: false };
    const acked = posted.status >= 200 && posted.status < 300;
    return { outcome: posted.status, acked, body: posted.body, noRetry: posted.noRetry };
  }

  /** Answers undefined when no connection is open. */
  async function overSocket(out: Outgoing): Promise<Outcome | undefined> {
    const connection = connections.pick(out.last);
    if (!connection) return undefined;
    const envelope = {
      envelope_id: randomUUID(),
      type: out.kind,
      payload: out.payload,
      accepts_response_payload: out.kind !== 'events_api',
      ...(out.kind === 'events_api' ? { retry_attempt: out.retryNum, retry_reason: out.retryReason ?? '' } : {}),
    };
    const result: AckResult = await connections.ask(connection, envelope, ackTimeoutMs);
    const { outcome } = result;
    record(out, { via: 'socket', outcome, envelopeId: envelope.envelope_id, connection: connection.number });
    const body = result.outcome === 'acked' ? JSON.stringify(result.payload) : '';
    return { outcome, acked: outcome === 'acked', body, noRetry: false, connection: connection.number };
  }

  function record(out: Outgoing, seen: Pick<FakeAttempt, 'via' | 'outcome'> & Partial<FakeAttempt>): void {
    world.note(world.attempts, {
      kind: out.kind,
      eventId: out.eventId,
      envelopeId: undefined,
      connection: undefined,
      retryNum: out.retryNum,
      retryReason: out.retryReason,
      ...seen,
    });
    world.changed();
  }

  return (out: Outgoing): Promise<Outcome | undefined> =>
    out.http.url === undefined ? overSocket(out) : overHttp(out, out.http.url);
}
