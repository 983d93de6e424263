import { createHmac } from 'node:crypto';

/**
 * Returns the headers of a webhook by Standard Webhooks (www.standardwebhooks.com). The id is the same when it is sent again.
 * @param key null: it is not signed
 */
export function standardHeaders(id: string, seconds: number, body: string, key: Buffer | null): Record<string, string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
  };
  if (key !== null) {
    const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
    headers['webhook-signature'] = `v1,${signature}`;
  }
  return headers;
}
