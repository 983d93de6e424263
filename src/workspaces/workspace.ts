import type { IncomingMessage } from '../domain/event.ts';
import type { NamingProblem } from '../domain/naming.ts';
import type { Names } from '../domain/visible-text.ts';
import type { NameBook } from '../ports/names.ts';
import type { FindPerson } from '../ports/recipients.ts';
import type { Standing } from '../ports/source.ts';

/** One installation of the bot, in Slack or simulated. Written channels are `#name`, a name or an id. */
export interface Workspace {
  /** Its id. '' at the very first start, until Slack has answered once. */
  team(): string;
  /** Resolves with a channel's id; null: the bot sees no such channel. */
  findChannel(written: string): Promise<string | null>;
  /** Returns the id of a channel that a setting names, also after a rename; `written` when the id is not known. */
  channelOf(written: string): string;
  channelName(id: string): string | null;
  /** Whether messages of this channel are matched. */
  isWatched(channel: string): boolean;
  /** Whether this message is matched. A message says itself of which kind its channel is. */
  watches(message: IncomingMessage): boolean;
  /** Returns the channels whose messages are matched, as a text for people. */
  watched(): string;
  findPerson: FindPerson;
  /** Names for pages that show or ask for ids. */
  nameBook: NameBook;
  /** Names for the ids in messages, as far as they are known. */
  names: Names;
  /** Looks up the names of the users that a text mentions. Resolves after 0.3 s at the latest. */
  learnNames(mrkdwn: string): Promise<void>;
  /** Checks that the channels of settings, and these of patterns, exist. Never rejects. */
  checkNames(patternChannels: readonly string[]): Promise<void>;
  namingProblems(): NamingProblem[];
  /** Resolves with null when Slack gives no answer. */
  isDeactivated(user: string): Promise<boolean | null>;
  /** Resolves with whether a user is a member of the workspace, not a guest or of another one. */
  standing(user: string): Promise<Standing>;
}
