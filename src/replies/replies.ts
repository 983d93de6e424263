import { sha256 } from '../lib/sha256.ts';
import type { Pack, TriggerReply } from './pack.ts';
import { indexTriggers } from './trigger-index.ts';

/** Only this many characters of a message are searched; longer texts are usually pasted logs. */
const longestHeard = 4_000;

export interface RepliesOptions {
  packs: readonly Pack[];
  /** Monotonic time in milliseconds, so that a change of the clock does not affect cool-downs. */
  now(): number;
  /** In [0, 1). */
  random(): number;
  /** Called when a cool-down begins. */
  onUse?(use: ReplyUse): void;
}

/** The begin of a reply's cool-down. */
export interface ReplyUse {
  team: string;
  /** Tells replies apart. */
  reply: string;
}

/** A message to search for trigger words. `channel` is an id; packs name channels by id or name. */
interface Heard {
  /** Id of the workspace, '' if unknown. Each workspace has its own cool-downs. */
  team: string;
  text: string;
  channel: string;
  channelName?: string;
}

interface ReplyAnswer {
  text: string;
  /** Call when the reply is not sent: ends the cool-down that it began. */
  takeBack(): void;
}

export interface Replies {
  /** Returns a random reply to one of the triggers in a message, and starts its cool-down. Null if none is available. */
  answer(heard: Heard): ReplyAnswer | null;
  /** Replaces the packs. Replies that stay keep their cool-downs. */
  replace(packs: readonly Pack[]): void;
  /** Another program of the same workspace used a reply, so its cool-down begins here as well. */
  usedElsewhere(use: ReplyUse): void;
}

/** Most teams whose cool-downs are kept for a reply. */
const mostTeams = 1_000;

export function createReplies({ packs, now, random, onUse = () => {} }: RepliesOptions): Replies {
  let find = indexTriggers(packs);
  let known = keysOf(packs);
  /** The last use of a reply: by `replyKey`, then by team. */
  const lastUse = new Map<string, Map<string, { at: number }>>();

  function isReady(team: string, pack: Pack, reply: TriggerReply): boolean {
    const last = lastUse.get(replyKey(pack, reply))?.get(team);
    const elapsed = now() - (last?.at ?? Number.NEGATIVE_INFINITY);
    return elapsed < 0 || elapsed >= reply.cooldownMs;
  }

  function takeOne<T>(list: T[]): T | undefined {
    return list.splice(Math.floor(random() * list.length), 1)[0];
  }

  function answer(heard: Heard): ReplyAnswer | null {
    const found = find(heard.text.slice(0, longestHeard), (pack) => appliesTo(pack, heard));
    // If all replies of a trigger are in cool-down, another trigger of the message is tried.
    for (let one = takeOne(found); one; one = takeOne(found)) {
      const { pack, trigger } = one;
      const reply = takeOne(trigger.replies.filter((candidate) => isReady(heard.team, pack, candidate)));
      if (!reply) continue;
      return { text: reply.text, takeBack: use(heard.team, pack, reply) };
    }
    return null;
  }

  /** Begins a cool-down. Returns the function that takes it back. */
  function use(team: string, pack: Pack, reply: TriggerReply): () => void {
    const key = replyKey(pack, reply);
    const before = lastUse.get(key)?.get(team);
    const { uses, current } = begin(key, team);
    // The other programs are not told of it: one of them may have sent this reply, because it got the same event.
    onUse({ team, reply: key });
    return () => {
      if (uses.get(team) !== current) return;
      if (before === undefined) uses.delete(team);
      else uses.set(team, before);
    };
  }

  function begin(key: string, team: string) {
    const uses = lastUse.get(key) ?? new Map<string, { at: number }>();
    lastUse.set(key, uses);
    const current = { at: now() };
    uses.delete(team);
    uses.set(team, current);
    const [longestAgo] = uses.keys();
    if (uses.size > mostTeams && longestAgo !== undefined) uses.delete(longestAgo);
    return { uses, current };
  }

  function replace(next: readonly Pack[]): void {
    find = indexTriggers(next);
    known = keysOf(next);
    for (const key of lastUse.keys()) if (!known.has(key)) lastUse.delete(key);
  }

  function usedElsewhere({ team, reply }: ReplyUse): void {
    // The other program may have other packs.
    if (known.has(reply)) begin(reply, team);
  }

  return { answer, replace, usedElsewhere };
}

/** The same text under two triggers of a pack has one cool-down, so that people do not see it twice. */
function replyKey(pack: Pack, reply: TriggerReply): string {
  return sha256(`${pack.name}\n${reply.text}`);
}

const keysOf = (packs: readonly Pack[]): ReadonlySet<string> =>
  new Set(packs.flatMap((pack) => allReplies(pack).map((reply) => replyKey(pack, reply))));

function allReplies(pack: Pack): TriggerReply[] {
  return pack.triggers.flatMap((trigger) => trigger.replies);
}

function appliesTo(pack: Pack, { channel, channelName }: Heard): boolean {
  if (pack.channels === null) return true;
  const names = [channel, channelName?.replace(/^#/, '')].map((name) => name?.toLowerCase());
  return pack.channels.some((wanted) => names.includes(wanted));
}
