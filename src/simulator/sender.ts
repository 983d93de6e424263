import type { SlackRef } from '../domain/delivery.ts';
import { plainFileName } from '../domain/names.ts';
import { titleLine } from '../domain/title-line.ts';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../ports/sender.ts';
import { attachmentsText } from './attachments.ts';
import { buttonsOf } from './buttons.ts';
import type { Channel, Message } from './shown.ts';
import { bot, type SimulatedWorkspace } from './workspace.ts';

type Shown = Pick<Message, 'text' | 'buttons' | 'tone'>;

/** Most posts that `find` can find. */
const remembered = 2_000;

/**
 * Returns a sender that posts as the bot into the simulated workspace. Refusals have Slack's error codes.
 * @param onPost called with each message that everyone in the channel sees
 */
export function createSimulatorSender(
  workspace: SimulatedWorkspace,
  onError: (text: string) => void,
  onPost: (message: Message, channel: Channel) => void,
): MessageSender {
  const sent = new Map<string, SlackRef>();

  function refused(error: string): SendOutcome<never> {
    onError(`Slack error : ${error}`);
    return { kind: 'refused', error };
  }

  return {
    async post(message) {
      const channel = workspace.findChannel(message.destination.address);
      if (channel === null) return refused('channel_not_found');
      const { username, icon_emoji, icon_url } = message.slackFields ?? {};
      const icon = icon_emoji ?? icon_url;
      const { threadTs } = message;
      // As in Slack, a reply to a deleted message stands in the channel.
      const threadGone = threadTs !== undefined && workspace.wasRemoved(channel.id, threadTs);
      const posted = workspace.post({
        channel: channel.id,
        user: bot.id,
        ...shown(message),
        threadTs: threadGone ? null : (threadTs ?? null),
        ephemeralTo: message.onlyFor ?? null,
        ...(username !== undefined && { username }),
        ...(icon !== undefined && { icon }),
      });
      if (message.onlyFor === undefined) onPost(posted, channel);
      const { ts } = posted;
      const ref = { channel: channel.id, ts, permalink: permalink(channel.id, ts) };
      sent.set(message.deliveryId, ref);
      if (sent.size > remembered) sent.delete(sent.keys().next().value ?? '');
      return { kind: 'sent', value: threadGone ? { ...ref, threadGone } : ref };
    },
    async update(message, ref) {
      const standing = workspace.findMessage(ref.channel, ref.ts);
      if (standing === null) return { ...refused('message_not_found'), gone: true };
      workspace.change(standing, { ...shown(message), edited: true });
      return { kind: 'sent', value: ref };
    },
    async delete(_team, ref) {
      workspace.remove(ref.channel, ref.ts);
      return { kind: 'sent', value: null };
    },
    async upload({ channel, threadTs, name: given, bytes }) {
      const name = plainFileName(given);
      if (bytes.length === 0) return { kind: 'refused', error: 'empty_file', detail: 'Slack takes no file of 0 bytes' };
      const file = workspace.addFile(name, 'text/plain', bytes);
      const files = [{ id: file.id, name, mimetype: file.mimetype, size: bytes.length }];
      workspace.post({ channel, user: bot.id, text: '', threadTs, files });
      return { kind: 'sent', value: null };
    },
    find: async ({ deliveryId }) => sent.get(deliveryId) ?? null,
  };
}

export function permalink(channel: string, ts: string): string {
  return `/ultronex/simulator#${channel}/${ts}`;
}

function shown({ text, title, buttons, blocks, tone, slackFields }: OutgoingMessage): Shown {
  const parts = [titleLine(title), text, attachmentsText(slackFields?.attachments)];
  return { text: parts.filter(Boolean).join('\n'), buttons: buttonsOf({ buttons, blocks }), tone };
}
