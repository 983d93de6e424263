import type { SlackRef } from '../domain/delivery.ts';
import type { MessageSender } from '../ports/sender.ts';
import type { SlackApi } from './api.ts';
import type { SlackDirectory } from './directory.ts';

/** Also how other instances of this program recognise a post. */
export const deliveryEventType = 'ultronex_delivery';

/** Travels with every post, unseen: https://docs.slack.dev/messaging/message-metadata */
export function metadataOf(deliveryId: string) {
  return { event_type: deliveryEventType, event_payload: { id: deliveryId } };
}

/** Slack's clock and ours may differ by this much. */
const skewSeconds = 60;
const maxPages = 3;

/** Looks through what was said since for a post that carries our id. */
export function createFind(
  api: SlackApi,
  directory: Pick<SlackDirectory, 'findConversation'>,
  link: (channel: string, ts: string, threadTs?: string) => string | null,
): MessageSender['find'] {
  return async ({ channel: written, threadTs, deliveryId }, sinceMs): Promise<SlackRef | null> => {
    const channel = await directory.findConversation(written);
    if (!channel) return null;
    const method = threadTs ? 'conversations.replies' : 'conversations.history';
    let cursor = '';
    for (let page = 0; page < maxPages; page++) {
      const answer = await api.call(method, {
        channel,
        ...(threadTs && { ts: threadTs }),
        oldest: String(sinceMs / 1000 - skewSeconds),
        limit: 100,
        include_all_metadata: true,
        ...(cursor && { cursor }),
      });
      if (!answer.ok) return null;
      const ts = tsOf(answer.body.messages, deliveryId);
      if (ts) return { channel, ts, permalink: link(channel, ts, threadTs) };
      cursor = cursorOf(answer.body);
      if (!cursor) return null;
    }
    return null;
  };
}

interface Post {
  ts?: unknown;
  metadata?: { event_type?: unknown; event_payload?: { id?: unknown } };
}

function tsOf(messages: unknown, deliveryId: string): string | null {
  if (!Array.isArray(messages)) return null;
  const post = (messages as (Post | null)[]).find(
    (one) => one?.metadata?.event_type === deliveryEventType && one.metadata.event_payload?.id === deliveryId,
  );
  return typeof post?.ts === 'string' ? post.ts : null;
}

function cursorOf(body: Record<string, unknown>): string {
  const cursor = (body.response_metadata as { next_cursor?: unknown } | undefined)?.next_cursor;
  return body.has_more === true && typeof cursor === 'string' ? cursor : '';
}
