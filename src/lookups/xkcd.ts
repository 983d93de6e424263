import { getJson } from './json.ts';

const keptMs = 3_600_000;
/** Slack expects an event to be acknowledged within 3 s. */
const timeoutMs = 1_500;

/** Returns a look-up of the newest comic's number (xkcd.com/json.html), cached for an hour. @param now monotonic milliseconds */
export function createXkcd(now: () => number, site = 'https://xkcd.com/'): () => Promise<number> {
  let latest = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  return async function latestXkcd() {
    if (now() - askedAt < keptMs) return latest;
    const answer = (await getJson(new URL('info.0.json', site), timeoutMs)) as { num?: unknown };
    if (!Number.isInteger(answer.num)) throw new Error('xkcd answered without a number');
    latest = answer.num as number;
    askedAt = now();
    return latest;
  };
}
