import type { Clock } from '../../domain/clock.ts';
import { plainText } from '../../domain/plain-text.ts';
import { standardHeaders } from '../../lib/standard-webhook.ts';
import { httpPost } from './http-post.ts';
import type { Send, Way } from './named.ts';

/** Sends by Standard Webhooks (www.standardwebhooks.com): the same `webhook-id` when a message is sent again. */
export function createWebhook({ address, key }: Way & { kind: 'webhook' }, { now }: Pick<Clock, 'now'>): Send {
  return ({ deliveryId, title, text, tone }) => {
    const seconds = Math.floor(now() / 1_000);
    const about = tone && { severity: tone === 'resolved' ? null : tone, resolved: tone === 'resolved' };
    const data = {
      id: deliveryId,
      title: title === undefined ? null : plainText(title),
      text: plainText(text),
      mrkdwn: text,
      ...about,
    };
    const body = JSON.stringify({ type: 'message', timestamp: new Date(seconds * 1_000).toISOString(), data });
    return httpPost(address, body, standardHeaders(deliveryId, seconds, body, key));
  };
}
