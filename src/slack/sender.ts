import type { SlackFields, SlackRef } from '../domain/delivery.ts';
import { titleLine } from '../domain/title-line.ts';
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
      const args = {
        channel: message.channel,
        ...contentOf(message),
        ...message.slackFields,
        ...(message.threadTs && { thread_ts: message.threadTs }),
        metadata: metadataOf(message.deliveryId),
      };
      const first = await api.call('chat.postMessage', args);
      // The message matters more than the name above it, which tools such as Alertmanager always send.
      const answer = lacksCustomize(first) ? await api.call('chat.postMessage', withoutName(args)) : first;
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
  // Without mrkdwn the asterisks would be shown.
  const first = titleLine(message.title, message.slackFields?.mrkdwn !== false);
  if (first === '') return { text: message.text };
  return { text: message.text ? `${first}\n${message.text}` : first };
}

/** username, icon_emoji and icon_url need a scope that apps installed earlier do not have. */
function lacksCustomize(answer: Answer): boolean {
  return (
    !answer.ok && answer.failure.error === 'missing_scope' && /chat:write\.customize/.test(answer.failure.detail ?? '')
  );
}

function withoutName<T extends SlackFields>({ username: _, icon_emoji: __, icon_url: ___, ...others }: T) {
  return others;
}

function toOutcome<T>(answer: Answer, read: (body: Record<string, unknown>) => T | null): Outcome<T> {
  if (!answer.ok) return answer.failure;
  const value = read(answer.body);
  if (value !== null) return { kind: 'sent', value };
  return { kind: 'retry', afterMs: null, scope: 'channel', outcomeUnknown: true, error: 'incomplete answer' };
}
