import type { Pack, Reply } from './pack.ts';
import { indexTriggers } from './trigger-index.ts';

/** Characters of a message that are looked at: longer texts are pasted, not said. */
const longestHeard = 4_000;

export interface RepliesOptions {
  packs: readonly Pack[];
  /** Monotonic milliseconds: a clock that is set must neither lengthen nor end a cool-down. */
  now(): number;
  /** In [0, 1). */
  random(): number;
}

/** A message that may contain trigger words. `channel` is an id; packs may name channels by either. */
interface Heard {
  text: string;
  channel: string;
  channelName?: string;
}

interface ReplyAnswer {
  text: string;
  /** As the pack's author wrote it. */
  trigger: string;
  pack: string;
  /** It was not said after all: ends the cool-down that it began. */
  takeBack(): void;
}

export interface Replies {
  /** A reply to one of the triggers found, at random, which is in its cool-down from then on. Null: nothing to say. */
  answer(heard: Heard): ReplyAnswer | null;
  /** New packs; the replies that stay keep their cool-downs. */
  replace(packs: readonly Pack[]): void;
}

export function createReplies({ packs, now, random }: RepliesOptions): Replies {
  let find = indexTriggers(packs);
  const lastUse = new Map<string, { at: number }>();

  /** A clock set back must not silence a reply for longer than its cool-down. */
  function isReady(pack: Pack, reply: Reply): boolean {
    const elapsed = now() - (lastUse.get(replyKey(pack, reply))?.at ?? Number.NEGATIVE_INFINITY);
    return elapsed < 0 || elapsed >= reply.cooldownMs;
  }

  function takeOne<T>(list: T[]): T | undefined {
    return list.splice(Math.floor(random() * list.length), 1)[0];
  }

  function answer(heard: Heard): ReplyAnswer | null {
    const found = find(heard.text.slice(0, longestHeard), (pack) => appliesTo(pack, heard));
    // A trigger whose replies are all cooling down leaves the word to another one that was found.
    for (let one = takeOne(found); one; one = takeOne(found)) {
      const { pack, trigger } = one;
      const reply = takeOne(trigger.replies.filter((candidate) => isReady(pack, candidate)));
      if (!reply) continue;
      const key = replyKey(pack, reply);
      const before = lastUse.get(key);
      const use = { at: now() };
      lastUse.set(key, use);
      const takeBack = () => {
        if (lastUse.get(key) !== use) return;
        if (before === undefined) lastUse.delete(key);
        else lastUse.set(key, before);
      };
      return { text: reply.text, trigger: trigger.written, pack: pack.name, takeBack };
    }
    return null;
  }

  function replace(next: readonly Pack[]): void {
    find = indexTriggers(next);
    const staying = new Set(next.flatMap((pack) => allReplies(pack).map((reply) => replyKey(pack, reply))));
    for (const key of lastUse.keys()) if (!staying.has(key)) lastUse.delete(key);
  }

  return { answer, replace };
}

/** A text under two triggers of a pack is one reply: readers would see it twice otherwise. */
function replyKey(pack: Pack, reply: Reply): string {
  return `${pack.name}\n${reply.text}`;
}

function allReplies(pack: Pack): Reply[] {
  return pack.triggers.flatMap((trigger) => trigger.replies);
}

function appliesTo(pack: Pack, { channel, channelName }: Heard): boolean {
  if (pack.channels === null) return true;
  const names = [channel, channelName?.replace(/^#/, '')].map((name) => name?.toLowerCase());
  return pack.channels.some((wanted) => names.includes(wanted));
}
