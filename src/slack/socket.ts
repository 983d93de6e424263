import type { App, ReceiverEvent, SocketModeReceiver } from '@slack/bolt';
import { within } from '../lib/deadline.ts';
import { deferred } from '../lib/pause.ts';
import { redact } from '../lib/redact.ts';
import { clientOptions } from './api.ts';
import type { Dispatch } from './dispatch.ts';
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

export interface SocketParts {
  Receiver: typeof SocketModeReceiver;
  setup: SlackSetup;
  dispatch: Dispatch;
}

type Client = InstanceType<typeof SocketModeReceiver>['client'];

/**
 * Opens a socket with Bolt's receiver, and works around faults of `@slack/socket-mode` 3.1.0 on the way:
 * - its own reconnecting waits 5 s at each refresh and ends the process when Slack refuses the token meanwhile,
 *   so it is off (`autoReconnectEnabled`), and the SDK's one code path that rejects into nowhere is never entered;
 * - an envelope it does not know ends the process: see `guardMessages`;
 * - `stop()` does not wait for the disconnect: see `close`.
 */
export async function openSocket({ Receiver, setup, dispatch }: SocketParts): Promise<Connection | Failure> {
  const receiver = new Receiver({
    appToken: setup.appToken ?? '',
    logger: sdkLogger(setup.log),
    autoReconnectEnabled: false,
    clientPingTimeout: setup.timings.pongMs,
    serverPingTimeout: setup.timings.pingMs,
    // A fresh object each: the SDK writes into it.
    installerOptions: { clientOptions: clientOptions(setup) },
    customPropertiesExtractor: ({ envelope_id }) => ({ envelopeId: envelope_id }),
    // Never acknowledged after a failure: Slack sends it again.
    processEventErrorHandler: async ({ error }) => {
      setup.log.warn({ err: error }, 'event not acknowledged, Slack will send it again');
      return false;
    },
  });
  const { client } = receiver;
  const ending = deferred<void>();
  const closed = deferred<void>();
  let closing: Promise<void> | null = null;
  client.on('disconnected', () => {
    ending.resolve();
    closed.resolve();
  });
  receiver.init({ processEvent: dispatch } as unknown as App);
  guardMessages(client, setup, dispatch, ending.resolve);

  const started = receiver.start();
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
function cut(client: Client): void {
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
function guardMessages(client: Client, setup: SlackSetup, dispatch: Dispatch, goodbye: () => void): void {
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
      const event = { body: payload, ack: () => sdk.send(envelope_id) } as ReceiverEvent;
      dispatch(event).catch(() => {});
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
