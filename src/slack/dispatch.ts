import type { ReceiverEvent } from '@slack/bolt';
import type { EventHandler } from '../ports/source.ts';
import type { SlackDirectory } from './directory.ts';
import { toIncoming } from './events.ts';
import type { Identity } from './identity.ts';
import type { SlackNames } from './names.ts';
import type { SlackSetup } from './options.ts';

/** Takes one delivery of Slack's, by whichever transport. Rejects without acknowledging when Slack should send it again. */
export interface Dispatch {
  (event: ReceiverEvent): Promise<void>;
  /** Resolves when nothing is being worked on. */
  idle(): Promise<void>;
}

export interface DispatchParts {
  bolt: { processEvent(event: ReceiverEvent): Promise<void> };
  handler(): EventHandler | null;
  identity(): Identity | null;
  directory: Pick<SlackDirectory, 'kindOf'>;
  names: SlackNames;
  setup: Pick<SlackSetup, 'onError' | 'log'>;
}

/**
 * Messages go straight to the pipeline, past Bolt's middleware and listeners (a quarter of the work),
 * and are acknowledged when the pipeline has them on disk. The rest goes to Bolt.
 */
export function createDispatch(parts: DispatchParts): Dispatch {
  const working = new Set<Promise<void>>();

  function dispatch(event: ReceiverEvent): Promise<void> {
    const work = take(parts, event);
    const ended = work.catch(() => {}).then(() => void working.delete(ended));
    working.add(ended);
    return work;
  }
  return Object.assign(dispatch, { idle: async () => void (await Promise.all(working)) });
}

async function take(
  { bolt, handler, identity, directory, names, setup }: DispatchParts,
  event: ReceiverEvent,
): Promise<void> {
  const { body } = event;
  if (typeof body !== 'object' || body === null) return;

  if (body.type === 'app_rate_limited') {
    // More than 30,000 events in an hour: https://docs.slack.dev/apis/events-api#rate-limiting
    setup.onError('Slack error : app_rate_limited');
    return await event.ack();
  }
  if (isPost(body)) {
    const me = identity();
    const handle = handler();
    // Without our own user id we would answer ourselves.
    if (!me || !handle) throw new Error('not ready for events');
    const message = toIncoming(body, me, directory.kindOf, names);
    if (message) await handle(await names.complete(message));
    return await event.ack();
  }

  let acked = false;
  const ack: ReceiverEvent['ack'] = async (payload) => {
    if (acked) return;
    acked = true;
    await event.ack(payload);
  };
  try {
    await bolt.processEvent({ ...event, ack });
  } catch (error) {
    // A shape that Bolt cannot read. It would not read it the next time either.
    setup.log.warn({ err: error, type: body.type }, 'an event that is no message could not be read, and is left');
  }
  // What no listener takes, such as a closed dialog; unacknowledged, Slack shows a warning.
  await ack();
}

function isPost(body: ReceiverEvent['body']): boolean {
  const type = body.type === 'event_callback' && body.event?.type;
  return type === 'message' || type === 'app_mention';
}
