import type { SlackRef } from '../domain/delivery.ts';
import { plainFileName } from '../domain/names.ts';
import { titleLine } from '../domain/title-line.ts';
import type { MessageSender, Outcome, OutgoingMessage } from '../ports/sender.ts';
import { attachmentsText } from './attachments.ts';
import { buttonsOf } from './buttons.ts';
import type { Button } from './shown.ts';
import { bot, type Workspace } from './workspace.ts';

/** How many posts can be found again. */
const remembered = 2_000;

/** Writes as the bot into the workspace; refuses with Slack's words. */
export function createSimulatorSender(workspace: Workspace, onError: (text: string) => void): MessageSender {
  const posted = new Map<string, SlackRef>();

  function refused(error: string): Outcome<never> {
    onError(`Slack error : ${error}`);
    return { kind: 'refused', error };
  }

  return {
    async post(message) {
      const channel = workspace.findChannel(message.channel);
      if (channel === null) return refused('channel_not_found');
      const { username, icon_emoji, icon_url } = message.slackFields ?? {};
      const icon = icon_emoji ?? icon_url;
      const { ts } = workspace.post({
        channel: channel.id,
        user: bot.id,
        ...shown(message),
        threadTs: message.threadTs ?? null,
        ephemeralTo: message.onlyFor ?? null,
        ...(username !== undefined && { username }),
        ...(icon !== undefined && { icon }),
      });
      const ref = { channel: channel.id, ts, permalink: permalink(channel.id, ts) };
      posted.set(message.deliveryId, ref);
      if (posted.size > remembered) posted.delete(posted.keys().next().value ?? '');
      return { kind: 'sent', value: ref };
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
    find: async ({ deliveryId }) => posted.get(deliveryId) ?? null,
  };
}

export function permalink(channel: string, ts: string): string {
  return `/ultronex/simulator#${channel}/${ts}`;
}

function shown({ text, title, blocks, slackFields }: OutgoingMessage): { text: string; buttons: Button[] } {
  const parts = [titleLine(title), text, attachmentsText(slackFields?.attachments)];
  return { text: parts.filter(Boolean).join('\n'), buttons: buttonsOf(blocks) };
}
