import type { Problem } from '../yaml-files/index.ts';
import type { Word } from './tokens.ts';

export interface TriggerReply {
  text: string;
  cooldownMs: number;
}

/** An emoji, or a sequence of words. */
export interface Trigger {
  /** As the pack's author wrote it. */
  written: string;
  /** The character, or the name of a custom emoji; null for words. */
  emoji: string | null;
  words: Word[];
  replies: TriggerReply[];
}

/** One YAML file of trigger words and replies. */
export interface Pack {
  name: string;
  file: string;
  /** Channel ids and names, lower case without `#`; null: every channel. */
  channels: string[] | null;
  triggers: Trigger[];
  /** Valid YAML that is probably a mistake, in the order of lines. */
  warnings: Problem[];
}
