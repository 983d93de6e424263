import type { Block } from '../domain/delivery.ts';
import type { MessageSender, Outcome, OutgoingMessage } from '../ports/sender.ts';
import { type Button, bot, type Workspace } from './workspace.ts';

/** Writes as the bot into the workspace; refuses with Slack's words. */
export function createSimulatorSender(workspace: Workspace, onError: (text: string) => void): MessageSender {
  function refused(error: string): Outcome<never> {
    onError(`Slack error : ${error}`);
    return { kind: 'refused', error };
  }

  return {
    async post(message) {
      const channel = workspace.findChannel(message.channel);
      if (channel === null) return refused('channel_not_found');
      const { text, buttons } = shown(message);
      const { ts } = workspace.post({
        channel: channel.id,
        user: bot.id,
        text,
        buttons,
        threadTs: message.threadTs ?? null,
      });
      return { kind: 'sent', value: { channel: channel.id, ts, permalink: permalink(channel.id, ts) } };
    },
    async update(message, ref) {
      const posted = workspace.findMessage(ref.channel, ref.ts);
      if (posted === null) return refused('message_not_found');
      workspace.change(posted, { ...shown(message), edited: true });
      return { kind: 'sent', value: ref };
    },
    async delete(_team, ref) {
      workspace.remove(ref.channel, ref.ts);
      return { kind: 'sent', value: null };
    },
    async upload({ channel, threadTs, name, bytes }) {
      const file = workspace.addFile(name, 'text/plain', bytes);
      const files = [{ id: file.id, name, mimetype: file.mimetype, size: bytes.length }];
      workspace.post({ channel, user: bot.id, text: '', threadTs, files });
      return { kind: 'sent', value: null };
    },
    // Nothing is lost on the way here, so there is never an answer to look for.
    find: async () => null,
  };
}

export function permalink(channel: string, ts: string): string {
  return `/ultronex/simulator#${channel}/${ts}`;
}

function shown({ text, title, blocks }: OutgoingMessage): { text: string; buttons: Button[] } {
  const titled = title ? `*${title}*\n${text}` : text;
  return { text: titled, buttons: (blocks ?? []).flatMap(buttonsOf) };
}

interface ButtonElement {
  type?: string;
  value?: string;
  text?: { text?: string };
}

function buttonsOf(block: Block): Button[] {
  const elements = block.type === 'actions' && Array.isArray(block.elements) ? (block.elements as ButtonElement[]) : [];
  return elements
    .filter((element) => element.type === 'button' && element.value !== undefined)
    .map((element) => ({ label: element.text?.text ?? element.value ?? '', value: element.value ?? '' }));
}
