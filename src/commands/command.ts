import type { Effect } from '../domain/effect.ts';
import type { Change } from '../domain/subscription.ts';
import type { Tracking } from '../ports/tracking.ts';

/** Who asks, where and when. Ids are Slack's. */
export interface Asked {
  team: string;
  user: string;
  channel: string;
  /** What follows the command's name, trimmed, quotes straightened; links and mentions as Slack writes them (`<#C1|general>`). */
  args: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Under an answer; a press gives the command in the name of whoever presses. At most 25 an answer. */
export interface AnswerButton {
  label: string;
  /** As it is written after `/ultronex`, at most 2,000 characters: `restart web`. */
  command: string;
  style?: 'danger';
}

/**
 * `reply` in Slack's mrkdwn, cut at 3,000 characters when there are buttons; '' when the effect's outcome says all.
 * Changes and effects are committed together with the event, and effects performed after that.
 */
export interface Answer {
  reply: string;
  buttons?: AnswerButton[];
  changes?: Change[];
  effects?: AskedEffect[];
}

/** `late`: said when the outcome is not known in time; it comes as a message then. */
export interface AskedEffect extends Effect {
  late: string;
}

/** What commands may use; everything they say to the outside goes through the answer. */
export interface CommandTools {
  tracking: Tracking;
  /** In [0, 1). */
  random(): number;
  newId(): string;
  quote(): string;
  /** A channel id for `<#C1|name>`, `#name` or an id; null: no such channel. */
  findChannel(team: string, written: string): Promise<string | null>;
  /** Whether messages of this channel id are matched; absent: all are. */
  isWatched?(channel: string): boolean;
  /** The channels whose messages are matched, for people: `every channel I am a member of` or `#a, #b`. */
  watched(): string;
  /** Newest xkcd number; rejects when xkcd does not answer in time. */
  latestXkcd(): Promise<number>;
  /** A GIF's page or image address for a search word; null: none found. Rejects when Giphy does not answer; absent: no key. */
  findGif?(category: string): Promise<string | null>;
  /** Lines for `status`: version, uptime, queue, counters, Slack's state. */
  status(): Promise<string[]>;
}

/** One bot command; `usage` is what `help` shows, for example `forward <pattern> [in #channel]`. */
export interface Command {
  name: string;
  usage: string;
  summary: string;
  run(asked: Asked, tools: CommandTools): Promise<Answer> | Answer;
}
