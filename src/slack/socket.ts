import type { SocketModeClient } from '@slack/socket-mode';
import { within } from '../lib/deadline.ts';
import { deferred } from '../lib/pause.ts';
import { redact } from '../lib/redact.ts';
import { clientOptions } from './api.ts';
import type { Dispatch } from './dispatch.ts';
import type { Envelope } from './envelope.ts';
import { object } from './json.ts';
import { sdkLogger } from './logger.ts';
import type { SlackSetup } from './options.ts';
import { classify, type Failure } from './outcomes.ts';

/** One socket from opening to end. It never reconnects. */
export interface Connection {
  /** Resolves when a new socket is needed: Slack announced the end (`goodbye`), or this one is closed. */
  ending: Promise<void>;
  closed: Promise<void>;
  /** Resolves when it is closed, after a third of `stopMs` at the latest. */
  close(): Promise<void>;
}

/** Of the SDK's event `slack_event`: anything but `hello` and `disconnect`. */
interface SlackEvent {
  envelope_id: string;
  body: unknown;
  ack: Envelope['ack'];
}

/**
 * Opens a socket with the SDK's client, and works around faults of `@slack/socket-mode` 3.1.0 on the way:
 * - its own reconnecting waits 5 s at each refresh and ends the process when Slack refuses the token meanwhile,
 *   so it is off (`autoReconnectEnabled`), and the SDK's one code path that rejects into nowhere is never entered;
 * - an envelope it does not know ends the process: see `guardMessages`;
 * - `stop()` does not wait for the disconnect: see `close`.
 */
export async function openSocket(setup: SlackSetup, dispatch: Dispatch): Promise<Connection | Failure> {
  // Loaded only here: it brings undici, 10 MiB, which nothing else needs.
  const { SocketModeClient } = await import('@slack/socket-mode');
  const client = new SocketModeClient({
    appToken: setup.appToken ?? '',
    logger: sdkLogger(setup.log),
    autoReconnectEnabled: false,
    clientPingTimeout: setup.timings.pongMs,
    serverPingTimeout: setup.timings.pingMs,
    // A fresh object each: the SDK writes into it.
    clientOptions: clientOptions(setup),
  });
  const ending = deferred<void>();
  const closed = deferred<void>();
  let closing: Promise<void> | null = null;
  client.on('disconnected', () => {
    ending.resolve();
    closed.resolve();
  });
  client.on('slack_event', ({ body, envelope_id: id, ack }: SlackEvent) => {
    // Never acknowledged after a failure: Slack sends it again.
    dispatch({ body: object(body) ?? {}, id, ack }).catch((error) => {
      setup.log.warn({ err: error }, 'event not acknowledged, Slack will send it again');
    });
  });
  guardMessages(client, setup, dispatch, ending.resolve);

  const started = client.start();
  try {
    if (await within(setup.clock, setup.timings.connectMs, started)) {
      return { ending: ending.promise, closed: closed.promise, close };
    }
  } catch (error) {
    return classify(error, 'apps.connections.open');
  }
  cut(client);
  // A socket that opens after this has no owner: Slack may just have sent its address.
  started.then(close, () => {});
  client.on('connecting', () => queueMicrotask(() => cut(client)));
  return { kind: 'retry', afterMs: null, scope: 'workspace', outcomeUnknown: false, error: 'timeout' };

  function close(): Promise<void> {
    closing ??= closeNow();
    return closing;
  }

  async function closeNow(): Promise<void> {
    void client.disconnect();
    if (!(await within(setup.clock, setup.timings.stopMs / 3, closed.promise))) cut(client);
  }
}

/**
 * Closes without asking the other side. `disconnect` of a socket that is still connecting, or a second one, leaves a
 * timer of 30 s behind that keeps the process alive.
 */
function cut(client: SocketModeClient): void {
  const socket = client.websocket as unknown as { websocket: { close(): void } | null; cleanup?(): void } | undefined;
  const raw = socket?.websocket;
  socket?.cleanup?.();
  raw?.close();
}

/**
 * The SDK handles messages in an async function whose rejection nobody catches; `app_rate_limited`, which has no inner
 * event, ended the process that way. And it closes the socket as soon as Slack announces the end; we keep it
 * until its successor is connected.
 */
function guardMessages(client: SocketModeClient, setup: SlackSetup, dispatch: Dispatch, goodbye: () => void): void {
  const sdk = client as unknown as {
    onWebSocketMessage(data: unknown, isBinary: boolean): Promise<void>;
    send(envelopeId: string): Promise<void>;
  };
  // A later SDK may have fixed and renamed it.
  if (typeof sdk.onWebSocketMessage !== 'function' || typeof sdk.send !== 'function') return;
  const handle = sdk.onWebSocketMessage.bind(client);
  client.removeAllListeners('ws_message');
  client.on('ws_message', (data: unknown, isBinary: boolean) => {
    if (isGoodbye(data)) return goodbye();
    handle(data, isBinary).catch((error) => {
      setup.log.warn({ detail: redact(String(error)) }, 'an envelope that the SDK cannot read');
      const { envelope_id, payload } = parse(data);
      if (typeof envelope_id !== 'string') return;
      dispatch({ body: object(payload) ?? {}, ack: () => sdk.send(envelope_id) }).catch(() => {});
    });
  });
}

/** Reasons that leave some seconds: https://docs.slack.dev/apis/events-api/using-socket-mode#disconnect */
function isGoodbye(data: unknown): boolean {
  if (typeof data !== 'string' || data.length > 4_000 || !data.includes('"disconnect"')) return false;
  const { type, reason } = parse(data);
  return type === 'disconnect' && (reason === 'warning' || reason === 'refresh_requested');
}

function parse(data: unknown): Record<string, unknown> {
  try {
    return JSON.parse(String(data)) ?? {};
  } catch {
    return {};
  }
}
