import type { Button } from '../domain/delivery.ts';
import type { Effect } from '../domain/effect.ts';
import type { Form, FormErrors } from '../domain/form.ts';
import type { Role } from '../domain/principal.ts';
import type { Change } from '../domain/subscription.ts';
import type { Tracking } from '../ports/tracking.ts';
import type { UnitOfWork } from '../ports/unit-of-work.ts';

/** A command as a person gave it. Ids are Slack's. */
export interface Asked {
  team: string;
  user: string;
  channel: string;
  /** The user's role in the settings; null: none. */
  role: Role | null;
  /** Resolves with whether the user is a full member of the workspace; guests and people of other workspaces are not. */
  isMember(): Promise<boolean>;
  /** The text after the command's name, trimmed, with straight quotes; links and mentions in Slack's markup (`<#C1|general>`). */
  args: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * The result of a command. `reply` is mrkdwn, cut at 3,000 characters when there are buttons; '' when the outcome of an
 * effect is the whole answer. The rest is committed together with the event; effects are performed after that. When an
 * incident or a job was changed meanwhile, the command runs again.
 */
export interface Answer extends Pick<UnitOfWork, 'incidents' | 'jobs' | 'edits' | 'deliveries' | 'state' | 'audit'> {
  reply: string;
  /** Its deliveries answer a message, so `reply` is for slash commands and buttons only. */
  isPosted?: boolean;
  buttons?: Button[];
  /** Asks for the arguments. It is shown in place of `reply` where a form can be opened. */
  form?: Form;
  /** Nothing was done: a form stays open and shows this. Only `audit` is committed, so the same event may come again. */
  wrong?: FormErrors;
  changes?: Change[];
  effects?: AskedEffect[];
}

/** `late`: the text to reply when the outcome takes too long; the outcome then follows as a message. */
export interface AskedEffect extends Effect {
  late: string;
}

/** Functions that commands may call. Commands send nothing themselves: they return an Answer. */
export interface CommandTools {
  tracking: Tracking;
  /** In [0, 1). */
  random(): number;
  newId(): string;
  quote(): string;
  /** Returns the id of a channel written as `<#C1|name>`, `#name` or an id; null if there is none. */
  findChannel(team: string, written: string): Promise<string | null>;
  /** Returns whether messages of this channel id are matched. Absent when all are. */
  isWatched?(team: string, channel: string): boolean;
  /** Describes the channels whose messages are matched: `every channel I am a member of` or `#a, #b`. */
  watched(team: string): string;
  /** Resolves with the number of the newest xkcd comic; rejects when xkcd does not answer in time. */
  latestXkcd(): Promise<number>;
  /** Resolves with the URL of a GIF for a search word, or null; rejects when Giphy does not answer. Absent without a key. */
  findGif?(category: string): Promise<string | null>;
  /** Resolves with the lines of `status`: version, uptime, queue, counters, Slack's state. */
  status(): Promise<string[]>;
}

/** A bot command. `help` shows `usage`, for example `forward <pattern> [in #channel]`, and `summary`. */
export interface BotCommand {
  name: string;
  usage: string;
  summary: string;
  /** For a name of two words whose first word is another command: whether these arguments are for this one. */
  accepts?(args: string): boolean;
  run(asked: Asked, tools: CommandTools): Promise<Answer> | Answer;
}
