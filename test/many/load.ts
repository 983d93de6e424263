import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FakePost } from '../fakes/slack/index.ts';
import type { Program } from '../support/program.ts';
import type { Random } from '../support/random.ts';
import { channelId, channels, patternsAChannel, type Site, wordsOf } from './site.ts';
import type { Tally } from './tally.ts';

/** Shares of all items. */
const shares = {
  /** Come as POST; all others as events. */
  posts: 0.1,
  /** Events that Slack sends once more right after their acknowledgement. */
  redelivered: 0.03,
  /** Events that go to two sockets at once. */
  twins: 0.01,
  /** Events that Slack sends again some seconds later, when many others came in between. */
  late: 0.02,
  /** Events whose first delivery comes late, while later ones of the channel go on. */
  outOfTurn: 0.01,
  /** Items whose channel waits for their acknowledgement before it says the next. */
  awaited: 0.7,
};
const latestMs = 10_000;
/** How late the first delivery is. */
const outOfTurnMs = { least: 200, most: 5_000 };
const postTimeoutMs = 5_000;

export interface Load {
  /** Items handed over so far. */
  readonly count: number;
  readonly posts: number;
  /** POSTs that were sent again because they got no answer, or 503. */
  readonly resent: number;
  readonly duplicates: number;
  /** Events whose first delivery came late. */
  readonly outOfTurn: number;
  /** Envelopes that were not acknowledged. */
  readonly unacked: number;
  /** Resolves when each item was acknowledged or given up. */
  done: Promise<void>;
}

export interface LoadOptions {
  site: Site;
  tally: Tally;
  random: Random;
  items: number;
  perSecond: number;
  /**
   * No further items while so many are acknowledged and not yet in Slack: on a slow machine the load slows down, and no backlog grows. A
   * killed instance keeps the channels that it had claimed for up to 25 s, and what comes for them waits.
   */
  mostWaiting: number;
  /** No new items after it. */
  isOver(): boolean;
}

/** The number of the item that a message of the bot is of. */
export function itemOf({ text, blocks }: FakePost): number | null {
  const found = /item (\d+)\./.exec(text) ?? /item (\d+)\./.exec(JSON.stringify(blocks ?? ''));
  return found === null ? null : Number(found[1]);
}

/** Every channel says one item after the other, at a pace of its own. */
export function startLoad({ site, tally, random, items, perSecond, mostWaiting, isOver }: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true });
  const counts = { count: 0, posts: 0, resent: 0, duplicates: 0, outOfTurn: 0, unacked: 0 };

  async function event(item: number, channel: number, lateMs: number): Promise<void> {
    const pattern = random.below(patternsAChannel);
    const ts = `${Math.floor(Date.now() / 1_000)}.${String(item % 1_000_000).padStart(6, '0')}`;
    const text = `${wordsOf(channel, pattern)} ${item % 97}, item ${item}.`;
    const shown = { type: 'message', channel: channelId(channel), channel_type: 'channel', user: `U${1 + (item % 3)}` };
    const message = { ...shown, text, ts, event_ts: ts, client_msg_id: `msg-${item}` };
    const kind = random.next();
    if (lateMs > 0) await sleep(lateMs);
    tally.delivered(item, channel * patternsAChannel + pattern);
    const { redelivered, twins, late } = shares;
    const send = async (redeliver: boolean) => {
      const { acked, attempts } = await site.slack.sendEvent(message, { eventId: `Ev${item}`, redeliver });
      counts.unacked += attempts - (acked ? 1 : 0) - (acked && redeliver ? 1 : 0);
      if (acked) tally.acknowledge(item);
    };
    const again = async (ms: number) => {
      counts.duplicates += 1;
      await sleep(ms);
      await send(false);
    };
    if (kind < redelivered) counts.duplicates += 1;
    else if (kind < redelivered + twins) track(again(0));
    else if (kind < redelivered + twins + late) track(again(random.next() * latestMs));
    await send(kind < redelivered);
  }

  /** Sends it, to a random instance each time, until it is answered with 200. */
  async function post(item: number, channel: number): Promise<void> {
    counts.posts += 1;
    tally.delivered(item, channels * patternsAChannel + channel);
    const body = JSON.stringify({ msg: { channel: channelId(channel), text: `backup of shop done, item ${item}.` } });
    for (;;) {
      const running = site.instances.filter((each) => each !== null);
      const status = running.length === 0 ? 0 : await postOnce(agent, random.pick(running), `many-${item}`, body);
      if (status === 200) return tally.acknowledge(item);
      if (status !== 0 && status !== 503) throw new Error(`a POST was answered with ${status}`);
      counts.resent += 1;
      await sleep(50 + random.next() * 200);
    }
  }

  const underWay = new Set<Promise<void>>();
  function track(work: Promise<void>): Promise<void> {
    const ended = work.finally(() => underWay.delete(ended));
    underWay.add(ended);
    return ended;
  }

  /** 0 for most events. */
  function latenessMs(): number {
    if (random.next() >= shares.outOfTurn) return 0;
    counts.outOfTurn += 1;
    return outOfTurnMs.least + random.next() * (outOfTurnMs.most - outOfTurnMs.least);
  }

  async function speak(channel: number): Promise<void> {
    const everyMs = (channels * 1_000) / perSecond;
    let due = performance.now() + random.next() * everyMs;
    while (counts.count < items && !isOver()) {
      const item = counts.count;
      counts.count += 1;
      const isPost = random.next() < shares.posts;
      const lateMs = isPost ? 0 : latenessMs();
      const work = track(isPost ? post(item, channel) : event(item, channel, lateMs));
      if (random.next() < shares.awaited && lateMs === 0) await work;
      while (tally.waiting > mostWaiting && !isOver()) await sleep(50);
      due = Math.max(due + everyMs * (0.5 + random.next()), performance.now() - 2 * everyMs);
      await sleep(Math.max(0, due - performance.now()));
    }
  }

  async function run(): Promise<void> {
    await Promise.all(Array.from({ length: channels }, (_, channel) => speak(channel)));
    while (underWay.size > 0) await Promise.all(underWay);
    agent.destroy();
  }

  return Object.defineProperties(
    { done: run() },
    Object.fromEntries(Object.keys(counts).map((name) => [name, { get: () => counts[name as keyof typeof counts] }])),
  ) as Load;
}

/** Resolves with the status; 0 when there was no answer. */
function postOnce(agent: Agent, { url, user, password }: Program, key: string, body: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const options = { method: 'POST', agent, auth: `${user}:${password}`, headers, timeout: postTimeoutMs };
    const sent = request(`${url}/ultronex/slack`, options, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
      answer.once('error', () => resolve(0));
    });
    sent.once('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}
