import type { SlackRef } from '../domain/delivery.ts';
import type { MessageSender, Outcome, OutgoingMessage } from '../ports/sender.ts';
import type { Answer, SlackApi } from './api.ts';
import type { SlackDirectory } from './directory.ts';
import { createFind, metadataOf } from './find.ts';
import type { Identity } from './identity.ts';
import type { SlackSetup } from './options.ts';
import { permalink } from './permalink.ts';
import { createUpload } from './upload.ts';

export interface SenderParts {
  api: SlackApi;
  directory: Pick<SlackDirectory, 'findConversation'>;
  identity(): Identity | null;
  setup: Pick<SlackSetup, 'apiUrl' | 'timings' | 'onError'>;
}

/** Writes to Slack; one call each, no retry: that is the outbox's business. */
export function createSender({ api, directory, identity, setup }: SenderParts): MessageSender {
  const link = (channel: string, ts: string, threadTs?: string) => {
    const url = identity()?.url;
    return url ? permalink(url, channel, ts, threadTs) : null;
  };

  /** Shown to one user in the channel, or as a direct message where that cannot be. */
  async function postPrivately(message: OutgoingMessage, user: string): Promise<Outcome<SlackRef>> {
    const { channel, threadTs } = message;
    const answer = await api.call('chat.postEphemeral', {
      channel,
      user,
      ...contentOf(message),
      ...(threadTs && { thread_ts: threadTs }),
    });
    if (!answer.ok && notShownThere.has(answer.failure.error)) {
      const { onlyFor: _, threadTs: __, ...direct } = message;
      return sender.post({ ...direct, channel: user });
    }
    return toOutcome(answer, ({ message_ts }) =>
      typeof message_ts === 'string' ? { channel, ts: message_ts, permalink: null } : null,
    );
  }

  const sender: MessageSender = {
    async post(message) {
      if (message.onlyFor !== undefined) return postPrivately(message, message.onlyFor);
      const answer = await api.call('chat.postMessage', {
        channel: message.channel,
        ...contentOf(message),
        ...(message.threadTs && { thread_ts: message.threadTs }),
        metadata: metadataOf(message.deliveryId),
      });
      return toOutcome(answer, (body) => {
        const { channel, ts } = body;
        // An "ok" that does not say where cannot be edited or taken back; it was posted all the same.
        if (typeof channel !== 'string' || typeof ts !== 'string') return null;
        return { channel, ts, permalink: link(channel, ts, message.threadTs) };
      });
    },

    async update(message, ref) {
      const answer = await api.call('chat.update', {
        channel: ref.channel,
        ts: ref.ts,
        ...contentOf(message),
        // An empty list takes the old ones away, whatever Slack does when the field is missing (its docs changed on that).
        blocks: message.blocks ?? [],
        metadata: metadataOf(message.deliveryId),
      });
      if (!answer.ok && answer.failure.error === 'message_not_found') return { ...answer.failure, gone: true } as const;
      return toOutcome(answer, (): SlackRef => ref);
    },

    async delete(_team, ref) {
      const answer = await api.call('chat.delete', { channel: ref.channel, ts: ref.ts });
      if (!answer.ok && answer.failure.error === 'message_not_found') return { kind: 'sent', value: null };
      return answer.ok ? { kind: 'sent', value: null } : answer.failure;
    },

    upload: createUpload(api, setup),
    find: createFind(api, directory, link),
  };
  return sender;
}

/** What Slack says where somebody cannot be shown a message that only they see (docs.slack.dev, chat.postEphemeral). */
const notShownThere = new Set(['channel_not_found', 'is_archived', 'not_in_channel', 'user_not_in_channel']);

function contentOf(message: OutgoingMessage): { text: string; blocks?: unknown[] } {
  if (message.blocks?.length) return { text: message.text, blocks: message.blocks };
  const title = message.title?.replace(/\s+/g, ' ').trim();
  if (!title) return { text: message.text };
  // An asterisk inside would end the bold too early.
  const first = title.includes('*') ? title : `*${title}*`;
  return { text: message.text ? `${first}\n${message.text}` : first };
}

function toOutcome<T>(answer: Answer, read: (body: Record<string, unknown>) => T | null): Outcome<T> {
  if (!answer.ok) return answer.failure;
  const value = read(answer.body);
  if (value !== null) return { kind: 'sent', value };
  return { kind: 'retry', afterMs: null, scope: 'channel', hidden: true, error: 'incomplete answer' };
}
