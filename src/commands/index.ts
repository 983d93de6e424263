/** The bot's commands, a file each; adding one is a file and a line here. */
import { cut } from '../domain/cut.ts';
import { nearest } from '../domain/nearest.ts';
import { straighten, unescapeMrkdwn } from '../domain/text.ts';
import type { Answer, Asked, Command, CommandTools } from './command.ts';
import { forward } from './forward.ts';
import { gif } from './gif.ts';
import { createHelp } from './help.ts';
import { bare, type CommandLine, longestWord, readCommands } from './lines.ts';
import { mute } from './mute.ts';
import { oppositeOf } from './opposite.ts';
import { withPending } from './pending.ts';
import { quote } from './quote.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { talk } from './talk.ts';
import { track } from './track.ts';
import { code } from './words.ts';
import { xkcd } from './xkcd.ts';

export type { Answer, AnswerButton, Asked, AskedEffect, Command, CommandTools } from './command.ts';
export { stopCommand } from './stop.ts';

const own: readonly Command[] = [forward, stop, track, mute, talk, xkcd, gif, quote, status];

/** One message runs no more than these. */
const mostCommands = 5;
/** Lines that were not run are named up to this many. */
const mostNamed = 3;

/** `command` is the name of a command (of the first, when there are several) or `unknown`: fit for a metric's label. */
export type NamedAnswer = Answer & { command: string };

export interface Commands {
  /** Every bot command, in the order of `help`. */
  list: readonly Command[];
  /**
   * Whether `run` finds a command in it. `amid`: words stand before the mention of the bot, so "the @bot status page is
   * down" may be talk: a command that takes no arguments must then stand alone.
   */
  knows(text: string, amid?: boolean): boolean;
  /**
   * Runs what a person wrote to the bot, without the mention: `Forward "deploy failed" in #ops`; several lines with a
   * command each are run in order, up to five, and answered as one. Nothing written: help.
   */
  run(text: string, asked: Omit<Asked, 'args'>, tools: CommandTools): Promise<NamedAnswer>;
  /** What to say to a text in which `knows` finds no command; `misspelt`: it is near to one. */
  explain(text: string, tools: CommandTools): { reply: string; misspelt: boolean };
}

/** Our commands, and those of the modules that are turned on. */
export function createCommands(more: readonly Command[]): Commands {
  const others = [...own, ...more];
  const help = createHelp(others);
  const byName = new Map([help, ...others].map((command) => [command.name, command]));
  const read = (text: string) => readCommands(straighten(text).trim(), (name) => byName.has(name));

  async function runLine({ name, args, stray }: CommandLine, asked: Omit<Asked, 'args'>, tools: CommandTools) {
    const command = byName.get(name) ?? help;
    const answer = await command.run({ ...asked, args }, tools);
    if (command === help) return answer;
    const alone = takesNothing(command);
    const said = alone && !isCourtesy(args) ? withLeftOut(answer, command, args) : answer;
    const left = alone ? stray.filter((line) => !isCourtesy(line)) : stray;
    if (left.length === 0) return said;
    return { ...said, reply: onLines(said.reply, notRun('Left out, for it begins with no command', left)) };
  }

  function explain(text: string, tools: CommandTools) {
    const [whole = ''] = /^\S+/.exec(straighten(text).trim()) ?? [];
    const word = cut(whole, longestWord, () => '…');
    const name = bare(word);
    if (byName.has(name)) {
      const reply = `If that was for me: \`${name}\` is a command when it comes right after my name, with nothing else in the line.`;
      return { reply, misspelt: false };
    }
    const meant = oppositeOf(name) ?? nearest(name, [...byName.keys()]);
    const hint = meant === null ? '' : ` Did you mean \`${meant}\`?`;
    const shown = code(cut(unescapeMrkdwn(word), longestWord, () => '…'));
    const reply = `I do not know ${shown}.${hint} \`help\` lists what I can do.\n> ${tools.quote()}`;
    return { reply, misspelt: meant !== null };
  }

  return {
    list: [help, ...others],
    explain,
    knows(text, amid = false) {
      if (text.trim() === '') return true;
      const lines = read(text);
      if (lines === null) return false;
      return !amid || lines.every(({ name, args }) => !takesNothing(byName.get(name) ?? help) || isCourtesy(args));
    },
    async run(text, asked, tools) {
      const lines = read(text);
      if (lines === null) {
        if (text.trim() === '') return { command: help.name, ...(await help.run({ ...asked, args: '' }, tools)) };
        return { command: 'unknown', reply: explain(text, tools).reply };
      }
      const [first, ...rest] = lines as [CommandLine, ...CommandLine[]];
      let all = { command: first.name, ...(await runLine(first, asked, tools)) };
      for (const line of rest.slice(0, mostCommands - 1)) {
        const tracking = withPending(tools.tracking, all.changes ?? []);
        all = join(all, await runLine(line, asked, { ...tools, tracking }));
      }
      const left = rest.slice(mostCommands - 1).map(({ word, args }) => `${word} ${args}`.trim());
      if (left.length === 0) return all;
      return {
        ...all,
        reply: onLines(all.reply, notRun(`Not run, for a message may have ${mostCommands} commands`, left)),
      };
    },
  };
}

function takesNothing({ name, usage }: Command): boolean {
  return name === usage;
}

function isCourtesy(args: string): boolean {
  return /^[\s\p{P}]*((please|pls|now|thanks|thank you)[\s\p{P}]*)*$/iu.test(args.slice(0, 100)) && args.length <= 100;
}

/** `track errors` starts nothing, `talk in #ops` is for all channels: that must not look as if it had been understood. */
function withLeftOut(answer: Answer, { name }: Command, args: string): Answer {
  const left = code(cut(unescapeMrkdwn(args), longestWord, () => '…'));
  const remedy = name === track.name ? ` To watch a pattern: ${code('forward <pattern>')}.` : '';
  return { ...answer, reply: `${answer.reply}\n\`${name}\` takes nothing after it, so ${left} was left out.${remedy}` };
}

function join(before: NamedAnswer, next: Answer): NamedAnswer {
  const buttons = [...(before.buttons ?? []), ...(next.buttons ?? [])];
  const changes = [...(before.changes ?? []), ...(next.changes ?? [])];
  const effects = [...(before.effects ?? []), ...(next.effects ?? [])];
  return {
    command: before.command,
    reply: onLines(before.reply, next.reply),
    ...(effects.length > 0 && { effects }),
    ...(buttons.length > 0 && { buttons }),
    ...(changes.length > 0 && { changes }),
  };
}

const onLines = (...parts: string[]) => parts.filter((part) => part !== '').join('\n');

function notRun(why: string, lines: readonly string[]): string {
  const named = lines.slice(0, mostNamed).map((line) => code(cut(unescapeMrkdwn(line), longestWord, () => '…')));
  const more = lines.length > mostNamed ? ` and ${lines.length - mostNamed} more` : '';
  return `${why}: ${named.join(', ')}${more}.`;
}
