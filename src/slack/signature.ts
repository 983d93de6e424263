import { createHmac, timingSafeEqual } from 'node:crypto';

const maxAgeSeconds = 300;

export interface Signed {
  /** The headers `x-slack-request-timestamp` and `x-slack-signature`. */
  timestamp: unknown;
  signature: unknown;
  body: Buffer;
}

/**
 * Returns whether Slack signed exactly these bytes, within five minutes of now in either direction (Bolt's own check
 * accepts any time in the future). https://docs.slack.dev/authentication/verifying-requests-from-slack
 */
export function isSigned(secret: string, nowMs: number, { timestamp, signature, body }: Signed): boolean {
  if (typeof timestamp !== 'string' || typeof signature !== 'string' || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > maxAgeSeconds) return false;
  const expected = Buffer.from(
    `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`,
  );
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
