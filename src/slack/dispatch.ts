import type { ReceiverEvent } from '@slack/bolt';
import { createTurns } from '../lib/turns.ts';
import type { EventHandler } from '../ports/source.ts';
import { toIncoming, traceOf } from './events.ts';
import { object, text } from './json.ts';
import type { SlackSetup } from './options.ts';
import { noticeOf, toRecorded } from './recorded.ts';
import type { SlackTeam } from './team.ts';
import type { SlackTeams } from './teams.ts';

/** Handles one envelope of Slack, from any transport. Rejects without acknowledging when Slack should send it again. */
export interface Dispatch {
  (event: ReceiverEvent): Promise<void>;
  /** Resolves when no envelope is being handled. */
  idle(): Promise<void>;
}

export interface DispatchParts {
  bolt: { processEvent(event: ReceiverEvent): Promise<void> };
  handler(): EventHandler | null;
  teams: Pick<SlackTeams, 'ofEvent'>;
  setup: Pick<SlackSetup, 'onError' | 'log' | 'recording'>;
}

/**
 * Messages go directly to the pipeline, without Bolt's middleware and listeners, which takes a quarter of the work.
 * They are acknowledged when they are on disk. Bolt handles everything else. While events are recorded, those of a channel are handled
 * one after the other, so that their records have the order in which they came.
 */
export function createDispatch(parts: DispatchParts): Dispatch {
  const working = new Set<Promise<void>>();
  const inTurn = createTurns();

  function dispatch(event: ReceiverEvent): Promise<void> {
    const channel = parts.setup.recording === null ? null : channelOf(event.body);
    const work = channel === null ? take(parts, event) : inTurn(channel, () => take(parts, event));
    const ended = work.catch(() => {}).then(() => void working.delete(ended));
    working.add(ended);
    return work;
  }
  return Object.assign(dispatch, { idle: async () => void (await Promise.all(working)) });
}

async function take({ bolt, handler, teams, setup }: DispatchParts, event: ReceiverEvent): Promise<void> {
  const { body } = event;
  if (typeof body !== 'object' || body === null) return;

  if (body.type === 'app_rate_limited') {
    // More than 30,000 events in an hour: https://docs.slack.dev/apis/events-api#rate-limiting
    setup.onError('Slack error : app_rate_limited');
    return await event.ack();
  }
  if (body.type === 'event_callback' && (isPost(body) || setup.recording !== null)) {
    const team = await teams.ofEvent(body);
    if (team !== null) await handleEvent(body, team, handler());
    if (team === null || isPost(body)) return await event.ack();
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
    // Bolt cannot read this shape, and could not the next time either.
    setup.log.warn({ err: error, type: body.type }, 'an event that is no message could not be read, and is left');
  }
  // No listener handles it, for example a closed dialog. Without an acknowledgement Slack would show a warning.
  await ack();
}

async function handleEvent(body: ReceiverEvent['body'], team: SlackTeam, handle: EventHandler | null): Promise<void> {
  const me = team.identity();
  const { recording } = team.setup;
  // Without our own user id we could answer ourselves.
  if (!me || !handle) throw new Error('not ready for events');
  const { kindOf } = team.directory;
  const recorded = recording && toRecorded(body, me, recording, (channel) => kindOf(channel) !== null);
  const message = isPost(body) ? toIncoming(body, me, kindOf, team.names) : null;
  if (message !== null) {
    const complete = await team.names.complete(message);
    await handle(recorded === null ? complete : { ...complete, recorded });
  } else if (recorded !== null) {
    await handle(noticeOf(recorded, traceOf(body.event_id)));
  }
}

function isPost({ event }: ReceiverEvent['body']): boolean {
  return event?.type === 'message' || event?.type === 'app_mention';
}

/** Returns what events of one channel of a workspace have in common; null for an event of no channel. */
function channelOf(body: unknown): string | null {
  const envelope = object(body);
  const event = object(envelope?.event);
  const channel = text(event?.channel) ?? text(object(event?.item)?.channel);
  return channel && `${envelope?.team_id} ${channel}`;
}
