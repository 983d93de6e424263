import { nearest } from '../domain/nearest.ts';
import { cut, straighten, unescapeMrkdwn } from '../domain/text.ts';
import type { Answer, Asked, Command, CommandTools } from './command.ts';
import { forward } from './forward.ts';
import { gif } from './gif.ts';
import { createHelp } from './help.ts';
import { mute } from './mute.ts';
import { quote } from './quote.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { talk } from './talk.ts';
import { track } from './track.ts';
import { code } from './words.ts';
import { xkcd } from './xkcd.ts';

const own: readonly Command[] = [forward, stop, track, mute, talk, xkcd, gif, quote, status];

/** `command` is the name of a command or `unknown`: fit for a metric's label. */
export type NamedAnswer = Answer & { command: string };

/** Longer than any command with the punctuation around it. */
const longestWord = 40;

export interface Commands {
  /** Every bot command, in the order of `help`. */
  list: readonly Command[];
  /** Runs what a person wrote to the bot, without the mention: `Forward "deploy failed" in #ops`. Nothing written: help. */
  run(text: string, asked: Omit<Asked, 'args'>, tools: CommandTools): Promise<NamedAnswer>;
}

/** Our commands, and those of the modules that are turned on. */
export function createCommands(more: readonly Command[]): Commands {
  const others = [...own, ...more];
  const help = createHelp(others);
  const list = [help, ...others];
  const names = list.map((command) => command.name);

  return {
    list,
    async run(text, asked, tools) {
      const straight = straighten(text).trim();
      const [word = ''] = /^\S+/.exec(straight) ?? [];
      const name = bare(cut(word, longestWord, () => '…'));
      const command = word === '' ? help : list.find((one) => one.name === name);
      if (!command) return { command: 'unknown', reply: unknown(word, name, names, tools) };
      const args = straight.slice(word.length).trim();
      return { command: command.name, ...(await command.run({ ...asked, args }, tools)) };
    },
  };
}

/** `Help!`, `*help*` and `help:` are `help`. */
function bare(word: string): string {
  return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '').toLowerCase();
}

function unknown(word: string, name: string, names: readonly string[], tools: CommandTools): string {
  const meant = nearest(name, names);
  const hint = meant === null ? '' : ` Did you mean \`${meant}\`?`;
  const shown = code(cut(unescapeMrkdwn(word), longestWord, () => '…'));
  return `I do not know ${shown}.${hint} \`help\` lists what I can do.\n> ${tools.quote()}`;
}
