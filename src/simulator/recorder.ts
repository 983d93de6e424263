import type { IncomingNotice } from '../domain/event.ts';
import { recordedEvent } from '../domain/record-event.ts';
import type { RecordedEvent, Recording, TeamEvent } from '../domain/team-event.ts';
import type { EventHandler } from '../ports/source.ts';
import type { Message } from './shown.ts';
import { bot, type SimulatedWorkspace, team } from './workspace.ts';

type Fields = Partial<Omit<TeamEvent, 'id' | 'provider'>> & Pick<TeamEvent, 'type'>;

export interface Recorder {
  /** The record of a new message, for its event. */
  post(message: Message): { recorded?: RecordedEvent };
}

/** Makes the records for programs outside, as of Slack's events. Edits and deletions cause nothing else, and are handed over here. */
export function createRecorder(
  workspace: Pick<SimulatedWorkspace, 'subscribe'>,
  { namespace, ownMessages }: Recording,
  handler: () => EventHandler | null,
): Recorder {
  let changes = 0;

  const record = (fields: Fields, distinct = ''): RecordedEvent =>
    recordedEvent({ team_uid: team, relax_bot_uid: bot.id, namespace, ...fields }, distinct);

  function notify(recorded: RecordedEvent): void {
    const key = `${team}:event:${recorded.id}`;
    const notice: IncomingNotice = { kind: 'notice', key, trace: key, team, recorded };
    handler()?.(notice).catch(() => {});
  }

  workspace.subscribe((happening) => {
    // Only the bot edits and deletes here.
    if (!ownMessages) return;
    changes += 1;
    if (happening.event === 'deleted') {
      const { channel, ts } = happening.data;
      const about = { channel_uid: channel, user_uid: bot.id, timestamp: ts, event_timestamp: ts };
      notify(record({ type: 'message_deleted', ...about }));
    } else if (happening.event === 'message' && happening.data.edited && happening.data.ephemeralTo === null) {
      const { channel, ts, text, user } = happening.data;
      const about = { channel_uid: channel, user_uid: user, text, timestamp: ts, event_timestamp: ts };
      notify(record({ type: 'message_edited', ...about }, String(changes)));
    }
  });

  return {
    post({ channel, user, text, ts }) {
      if (user === bot.id && !ownMessages) return {};
      const about = { channel_uid: channel, user_uid: user, text, timestamp: ts, event_timestamp: ts };
      return { recorded: record({ type: 'message_new', ...about }) };
    },
  };
}
