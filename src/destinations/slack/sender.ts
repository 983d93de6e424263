import type { SlackFields, SlackRef } from '../../domain/delivery.ts';
import type { MessageSender, OutgoingMessage, SendOutcome } from '../../ports/sender.ts';
import {
  type Answer,
  type Identity,
  metadataOf,
  permalink,
  type SlackApi,
  type SlackDirectory,
  type SlackSetup,
} from '../../slack/index.ts';
import { slackContent } from './content.ts';
import { createFind } from './find.ts';
import { createUpload } from './upload.ts';

export interface SenderParts {
  api: SlackApi;
  directory: Pick<SlackDirectory, 'findConversation'>;
  identity(): Identity | null;
  setup: Pick<SlackSetup, 'apiUrl' | 'timings' | 'onError'>;
}

/** Sends to Slack by single calls. The outbox retries. */
export function createSender({ api, directory, identity, setup }: SenderParts): MessageSender {
  const link = (channel: string, ts: string, threadTs?: string) => {
    const url = identity()?.url;
    return url ? permalink(url, channel, ts, threadTs) : null;
  };

  /** Posts an ephemeral message, or a direct message where Slack refuses ephemeral ones. */
  async function postPrivately(message: OutgoingMessage, user: string): Promise<SendOutcome<SlackRef>> {
    const { destination, threadTs } = message;
    const channel = destination.address;
    const answer = await api.call('chat.postEphemeral', {
      channel,
      user,
      ...slackContent(message),
      ...(threadTs && { thread_ts: threadTs }),
    });
    if (!answer.ok && notShownThere.has(answer.failure.error)) {
      const { onlyFor: _, threadTs: __, ...direct } = message;
      return sender.post({ ...direct, destination: { ...destination, address: user } });
    }
    return toOutcome(answer, ({ message_ts }) =>
      typeof message_ts === 'string' ? { channel, ts: message_ts, permalink: null } : null,
    );
  }

  const sender: MessageSender = {
    async post(message) {
      if (message.onlyFor !== undefined) return postPrivately(message, message.onlyFor);
      const args = {
        channel: message.destination.address,
        ...slackContent(message),
        ...message.slackFields,
        ...(message.threadTs && { thread_ts: message.threadTs }),
        metadata: metadataOf(message.deliveryId),
      };
      const first = await api.call('chat.postMessage', args);
      // Without the scope for it the name is left out: tools such as Alertmanager always send one.
      const named = lacksCustomize(first) ? withoutName(args) : args;
      const second = named === args ? first : await api.call('chat.postMessage', named);
      const refused = message.threadTs !== undefined && refusesThread(second);
      const answer = refused ? await api.call('chat.postMessage', withoutThread(named)) : second;
      return toOutcome(answer, (body) => {
        const { channel, ts } = body;
        // Posted, but without its place in the response it could be neither edited nor deleted.
        if (typeof channel !== 'string' || typeof ts !== 'string') return null;
        if (message.threadTs !== undefined && (refused || standsInChannel(body.message))) {
          return { channel, ts, permalink: link(channel, ts), threadGone: true };
        }
        return { channel, ts, permalink: link(channel, ts, message.threadTs) };
      });
    },

    async update(message, ref) {
      const content = slackContent(message);
      const answer = await api.call('chat.update', {
        channel: ref.channel,
        ts: ref.ts,
        text: content.text,
        // Empty lists take the old ones away; Slack keeps what a call leaves out.
        blocks: content.blocks ?? [],
        ...(message.tone !== undefined && { attachments: content.attachments ?? [] }),
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

/** Slack's errors where a user cannot get an ephemeral message (docs.slack.dev, chat.postEphemeral). */
const notShownThere = new Set(['channel_not_found', 'is_archived', 'not_in_channel', 'user_not_in_channel']);

/** username, icon_emoji and icon_url need a scope that apps installed earlier do not have. */
function lacksCustomize(answer: Answer): boolean {
  return (
    !answer.ok && answer.failure.error === 'missing_scope' && /chat:write\.customize/.test(answer.failure.detail ?? '')
  );
}

function withoutName<T extends SlackFields>({ username: _, icon_emoji: __, icon_url: ___, ...others }: T) {
  return others;
}

/** Slack's errors about the first message of a thread (docs.slack.dev, chat.postMessage). */
const noThread = new Set(['thread_not_found', 'cannot_reply_to_message']);

function refusesThread(answer: Answer): boolean {
  return !answer.ok && noThread.has(answer.failure.error);
}

/** Slack posts a reply into the channel, without an error, when the first message of its thread was deleted. */
function standsInChannel(message: unknown): boolean {
  return typeof message === 'object' && message !== null && !('thread_ts' in message);
}

function withoutThread<T extends { thread_ts?: string; reply_broadcast?: boolean }>(args: T) {
  const { thread_ts: _, reply_broadcast: __, ...others } = args;
  return others;
}

function toOutcome<T>(answer: Answer, read: (body: Record<string, unknown>) => T | null): SendOutcome<T> {
  if (!answer.ok) return answer.failure;
  const value = read(answer.body);
  if (value !== null) return { kind: 'sent', value };
  return { kind: 'retry', afterMs: null, scope: 'channel', outcomeUnknown: true, error: 'incomplete answer' };
}
