import { getJson } from './json.ts';

const keptMs = 3_600_000;
/** Well within the 3 s in which Slack wants its event acknowledged. */
const timeoutMs = 1_500;

/** Newest number of xkcd (xkcd.com/json.html), asked for at most once an hour. `now`: monotonic milliseconds. */
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
