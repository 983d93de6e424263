/** The bot's commands. To add one, add a file and a line here. */
import { cut } from '../domain/cut.ts';
import { nearest } from '../domain/nearest.ts';
import { straighten, unescapeMrkdwn } from '../domain/text.ts';
import type { Answer, Asked, BotCommand, CommandTools } from './command.ts';
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

export type { Answer, Asked, AskedEffect, BotCommand, CommandTools } from './command.ts';
export { stopCommand } from './stop.ts';

const own: readonly BotCommand[] = [forward, stop, track, mute, talk, xkcd, gif, quote, status];

/** Most commands that one message runs. */
const mostCommands = 5;
/** Most skipped lines that a reply names. */
const mostNamed = 3;

/** `command` is the name of the first command, or `unknown`; its values are bounded, so it can be a metric's label. */
export type NamedAnswer = Answer & { command: string };

export interface Commands {
  /** Every bot command, in the order of `help`. */
  list: readonly BotCommand[];
  /**
   * Returns whether a text holds a command.
   * @param amid whether words stand before the mention of the bot. "The @bot status page is down" is not the command
   * `status`: in that case a command without arguments must stand alone.
   */
  knows(text: string, amid?: boolean): boolean;
  /**
   * Runs a text without the mention: `Forward "deploy failed" in #ops`. Up to five lines with a command each are run in
   * order and answered as one. An empty text runs `help`.
   */
  run(text: string, asked: Omit<Asked, 'args'>, tools: CommandTools): Promise<NamedAnswer>;
  /** Returns the reply to a text without a command; `misspelt` when its first word resembles one. */
  explain(text: string, tools: CommandTools): { reply: string; misspelt: boolean };
}

/** The commands of workspaces other than the operator's: `status` tells of the server. */
export const createCommandsOfOthers = (): Commands => createCommandsOf(own.filter((command) => command !== status));

/** @param more commands of the modules that are on */
export const createCommands = (more: readonly BotCommand[]): Commands => createCommandsOf([...own, ...more]);

function createCommandsOf(others: readonly BotCommand[]): Commands {
  const help = createHelp(others);
  const byName = new Map([help, ...others].map((command) => [command.name, command]));
  const read = (text: string) => readCommands(straighten(text).trim(), (name) => byName.has(name));

  /** `stop reminding 12` is a command of its own, beside `stop PATTERN`. */
  function commandOf(name: string, args: string): { command: BotCommand; rest: string } {
    const [, second = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(args) ?? [];
    const longer = byName.get(`${name} ${second.toLowerCase()}`);
    if (longer?.accepts?.(rest) === true) return { command: longer, rest };
    return { command: byName.get(name) ?? help, rest: args };
  }

  async function runLine({ name, args, stray }: CommandLine, asked: Omit<Asked, 'args'>, tools: CommandTools) {
    const { command, rest } = commandOf(name, args);
    const answer = await command.run({ ...asked, args: rest }, tools);
    if (command === help) return answer;
    const alone = takesNothing(command);
    const said = alone && !isCourtesy(args) ? withLeftOut(answer, command, args) : answer;
    const left = alone ? stray.filter((line) => !isCourtesy(line)) : stray;
    if (left.length === 0) return said;
    return { ...said, reply: onLines(said.reply, notRun('Left out, because it begins with no command', left)) };
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
        const next = await runLine(line, asked, { ...tools, tracking });
        all = join(all, changesAgain(all, next) ? notAgain(line) : next);
      }
      const left = rest.slice(mostCommands - 1).map(({ word, args }) => `${word} ${args}`.trim());
      if (left.length === 0) return all;
      return {
        ...all,
        reply: onLines(all.reply, notRun(`Not run, because a message may have ${mostCommands} commands`, left)),
      };
    },
  };
}

function takesNothing({ name, usage }: BotCommand): boolean {
  return name === usage;
}

function isCourtesy(args: string): boolean {
  return /^[\s\p{P}]*((please|pls|now|thanks|thank you)[\s\p{P}]*)*$/iu.test(args.slice(0, 100)) && args.length <= 100;
}

/** Tells the user that arguments were ignored: `track errors` tracks nothing new, and `talk in #ops` applies to all channels. */
function withLeftOut(answer: Answer, { name }: BotCommand, args: string): Answer {
  const left = code(cut(unescapeMrkdwn(args), longestWord, () => '…'));
  const remedy = name === track.name ? ` To watch a pattern: ${code('forward <pattern>')}.` : '';
  return { ...answer, reply: `${answer.reply}\n\`${name}\` takes nothing after it, so ${left} was left out.${remedy}` };
}

/** Two changes of one incident or job cannot be committed together: the second was decided without the first. */
function changesAgain(before: Answer, next: Answer): boolean {
  const idsOf = ({ incidents = [], jobs = [] }: Answer) => [
    ...incidents.map(({ incident }) => incident.number),
    ...jobs.map(({ id }) => id),
  ];
  const changed = new Set<number | string>(idsOf(before));
  return idsOf(next).some((id) => changed.has(id));
}

const notAgain = ({ word, args }: CommandLine): Answer => ({
  reply: `${code(`${word} ${args}`.slice(0, 80))} was left out: a message can change it once. Send it again.`,
});

function join(before: NamedAnswer, next: Answer): NamedAnswer {
  const buttons = [...(before.buttons ?? []), ...(next.buttons ?? [])];
  const changes = [...(before.changes ?? []), ...(next.changes ?? [])];
  const effects = [...(before.effects ?? []), ...(next.effects ?? [])];
  const more = (['incidents', 'jobs', 'edits', 'deliveries', 'state', 'audit'] as const).flatMap((name) => {
    const all = [...(before[name] ?? []), ...(next[name] ?? [])];
    return all.length > 0 ? [[name, all] as const] : [];
  });
  return {
    command: before.command,
    reply: onLines(before.reply, next.reply),
    ...(before.isPosted === true && next.isPosted === true && { isPosted: true }),
    ...Object.fromEntries(more),
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
