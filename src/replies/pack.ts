import type { Problem } from './pack-error.ts';
import type { Word } from './tokens.ts';

export interface Reply {
  text: string;
  cooldownMs: number;
}

/** Either one emoji, by its character or the name of a custom one, or words that have to follow one another. */
export interface Trigger {
  /** As the pack's author wrote it. */
  written: string;
  emoji: string | null;
  words: Word[];
  replies: Reply[];
}

/** One YAML file of trigger words and replies. */
export interface Pack {
  name: string;
  file: string;
  /** Channel ids and names, lower case without `#`; null: every channel. */
  channels: string[] | null;
  triggers: Trigger[];
  /** What is allowed and hardly meant, in the order of its lines. */
  warnings: Problem[];
}
