import type { Names } from '../domain/visible-text.ts';
import { createTurns } from '../lib/turns.ts';
import type { EventHandler } from '../ports/source.ts';
import type { Envelope } from './envelope.ts';
import { toIncoming, traceOf } from './events.ts';
import type { Interactions } from './interactions.ts';
import { type Json, object, text } from './json.ts';
import type { SlackSetup } from './options.ts';
import { noticeOf, toRecorded } from './recorded.ts';
import type { SlackTeam } from './team.ts';
import type { SlackTeams } from './teams.ts';

/** Handles one envelope of Slack, from any transport. Rejects without acknowledging when Slack should send it again. */
export interface Dispatch {
  (envelope: Envelope): Promise<void>;
  /** Resolves when no envelope is being handled. */
  idle(): Promise<void>;
}

export interface DispatchParts {
  interact: Interactions;
  handler(): EventHandler | null;
  teams: Pick<SlackTeams, 'ofEvent'>;
  setup: Pick<SlackSetup, 'onError' | 'log' | 'recording'>;
}

/**
 * Messages go to the pipeline, and are acknowledged when they are on disk; everything else goes to `interact`. While events are
 * recorded, those of a channel are handled one after the other, so that their records have the order in which they came.
 */
export function createDispatch(parts: DispatchParts): Dispatch {
  const working = new Set<Promise<void>>();
  const inTurn = createTurns();

  function dispatch(envelope: Envelope): Promise<void> {
    const channel = parts.setup.recording === null ? null : channelOf(envelope.body);
    const work = channel === null ? take(parts, envelope) : inTurn(channel, () => take(parts, envelope));
    const ended = work.catch(() => {}).then(() => void working.delete(ended));
    working.add(ended);
    return work;
  }
  return Object.assign(dispatch, { idle: async () => void (await Promise.all(working)) });
}

async function take({ interact, handler, teams, setup }: DispatchParts, envelope: Envelope): Promise<void> {
  const { body } = envelope;
  if (body.type === 'app_rate_limited') {
    // More than 30,000 events in an hour: https://docs.slack.dev/apis/events-api#rate-limiting
    setup.onError('Slack error : app_rate_limited');
    return await envelope.ack();
  }
  if (body.type === 'event_callback' && (isPost(body) || setup.recording !== null)) {
    const team = await teams.ofEvent(body);
    if (team !== null) await handleEvent(body, team, handler());
    if (team === null || isPost(body)) return await envelope.ack();
  }

  let acked = false;
  const ack: Envelope['ack'] = async (answer) => {
    if (acked) return;
    acked = true;
    await envelope.ack(answer);
  };
  try {
    await interact({ ...envelope, ack });
  } catch (error) {
    // Slack sends an event again, but neither a command nor a press.
    if (body.type === 'event_callback') throw error;
    setup.log.warn({ err: error, type: body.type }, 'a command, press or form failed, and is left');
  }
  // Also what nobody handles, such as a closed dialog: without an acknowledgement Slack would show a warning.
  await ack();
}

async function handleEvent(body: Json, team: SlackTeam, handle: EventHandler | null): Promise<void> {
  const me = team.identity();
  const { recording } = team;
  // Without our own user id we could answer ourselves.
  if (!me || !handle) throw new Error('not ready for events');
  // Most messages need neither channels nor names: a team that has not made them yet does not.
  const kindOf = (channel: string) => team.directory.kindOf(channel);
  const names: Names = { user: (id) => team.names.user(id), channel: (id) => team.names.channel(id) };
  const recorded = recording && toRecorded(body, me, recording, (channel) => kindOf(channel) !== null);
  const message = isPost(body) ? toIncoming(body, me, kindOf, names) : null;
  if (message !== null) {
    const complete = message.references === undefined ? message : await team.names.complete(message);
    await handle(recorded === null ? complete : { ...complete, recorded });
  } else if (recorded !== null) {
    await handle(noticeOf(recorded, traceOf(body.event_id)));
  }
}

function isPost(body: Json): boolean {
  const type = object(body.event)?.type;
  return type === 'message' || type === 'app_mention';
}

/** Returns what events of one channel of a workspace have in common; null for an event of no channel. */
function channelOf(body: Json): string | null {
  const event = object(body.event);
  const channel = text(event?.channel) ?? text(object(event?.item)?.channel);
  return channel && `${body.team_id} ${channel}`;
}
