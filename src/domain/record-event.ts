import { createHash } from 'node:crypto';
import type { RecordedEvent, TeamEvent } from './team-event.ts';

/** Characters of an event as JSON; of a longer one the attachments are left out. */
const mostCharacters = 262_144;

/**
 * Makes an event to record. Its id is made of type, team, channel and times, and of `distinct`, which tells apart what has the same
 * ones. All of that is the same when the workspace sends the event again.
 * @param fields `team`: the installation that the event belongs to, if it is that of an organisation
 * @param isTimed false for an event that Slack does not send: its time is that of its making, and not in the id
 */
export function recordedEvent(
  fields: Pick<TeamEvent, 'type' | 'team_uid' | 'relax_bot_uid'> &
    Partial<Omit<TeamEvent, 'id' | 'provider'>> & { team?: string },
  distinct = '',
  isTimed = true,
): RecordedEvent {
  const {
    type,
    team_uid,
    channel_uid = '',
    timestamp = '',
    event_timestamp = '',
    attachments = [],
    team = team_uid,
  } = fields;
  const same = [type, team, channel_uid, ...(isTimed ? [timestamp, event_timestamp] : []), distinct].join('\n');
  const event: TeamEvent = {
    id: `ev_${createHash('sha256').update(same).digest('hex').slice(0, 32)}`,
    type,
    user_uid: fields.user_uid ?? '',
    channel_uid,
    team_uid,
    im: fields.im ?? channel_uid.startsWith('D'),
    text: fields.text ?? '',
    relax_bot_uid: fields.relax_bot_uid,
    timestamp,
    provider: 'slack',
    event_timestamp,
    namespace: fields.namespace ?? '',
    attachments,
  };
  const body = JSON.stringify(event);
  const isLong = body.length > mostCharacters && attachments.length > 0;
  return { id: event.id, team, body: isLong ? JSON.stringify({ ...event, attachments: [] }) : body };
}
