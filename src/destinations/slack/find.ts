import type { MessageSender, Posted } from '../../ports/sender.ts';
import { deliveryEventType, type SlackApi, type SlackDirectory } from '../../slack/index.ts';

/** Slack's clock and ours may differ by this much. */
const skewSeconds = 60;
const maxPages = 3;

/** Looks for a post with the delivery's id in its metadata, since a given time. */
export function createFind(
  api: SlackApi,
  directory: Pick<SlackDirectory, 'findConversation'>,
  link: (channel: string, ts: string, threadTs?: string) => string | null,
): MessageSender['find'] {
  return async ({ destination, threadTs, deliveryId }, sinceMs): Promise<Posted | null> => {
    const channel = await directory.findConversation(destination.address);
    if (!channel) return null;
    const oldest = String(sinceMs / 1000 - skewSeconds);
    const inThread =
      threadTs === undefined
        ? null
        : await look('conversations.replies', { channel, oldest, ts: threadTs }, deliveryId);
    // Slack posts a reply into the channel when the first message of its thread was deleted.
    const post = inThread ?? (await look('conversations.history', { channel, oldest }, deliveryId));
    if (post === null) return null;
    const { ts } = post;
    if (threadTs === undefined || post.thread_ts === threadTs) {
      return { channel, ts, permalink: link(channel, ts, threadTs) };
    }
    return { channel, ts, permalink: link(channel, ts), threadGone: true };
  };

  async function look(method: string, where: Record<string, string>, deliveryId: string): Promise<Found | null> {
    let cursor = '';
    for (let page = 0; page < maxPages; page++) {
      const args = { ...where, limit: 100, include_all_metadata: true, ...(cursor && { cursor }) };
      const answer = await api.call(method, args, ['thread_not_found']);
      if (!answer.ok) return null;
      const found = postOf(answer.body.messages, deliveryId);
      if (found !== null) return found;
      cursor = cursorOf(answer.body);
      if (!cursor) return null;
    }
    return null;
  }
}

interface Post {
  ts?: unknown;
  thread_ts?: unknown;
  metadata?: { event_type?: unknown; event_payload?: { id?: unknown } };
}

type Found = Post & { ts: string };

function postOf(messages: unknown, deliveryId: string): Found | null {
  if (!Array.isArray(messages)) return null;
  const post = (messages as (Post | null)[]).find(
    (one) => one?.metadata?.event_type === deliveryEventType && one.metadata.event_payload?.id === deliveryId,
  );
  return typeof post?.ts === 'string' ? (post as Found) : null;
}

function cursorOf(body: Record<string, unknown>): string {
  const cursor = (body.response_metadata as { next_cursor?: unknown } | undefined)?.next_cursor;
  return body.has_more === true && typeof cursor === 'string' ? cursor : '';
}
