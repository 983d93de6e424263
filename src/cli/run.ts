import { ConfigError } from '../config/index.ts';
import { errorMessage } from '../lib/error-message.ts';
import { readVersion } from '../version.ts';
import { type Command, CommandFailed, type ExitCode, exit, type Io, UsageError } from './command.ts';
import { commands } from './commands/index.ts';
import { helpOf, helpOfAll } from './help.ts';

/** Finds the command, runs it, and turns what went wrong into a line and an exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  if (args.length === 1 && ['--version', '-v', 'version'].includes(args[0] ?? '')) {
    io.out(readVersion());
    return exit.ok;
  }
  const notUtf8 = args.find((arg) => arg.includes('\ufffd'));
  if (notUtf8 !== undefined) {
    io.err(notUtf8Text(notUtf8));
    return exit.usage;
  }
  const asked = find(args);
  if (asked === null || wantsHelp(args)) return showHelp(args, asked?.command ?? null, io);
  try {
    return await asked.command.run(asked.rest, io);
  } catch (error) {
    return explain(error, asked.command, io);
  }
}

/** Node writes U+FFFD for each byte of an argument that is not of UTF-8, and does not show the bytes themselves. */
function notUtf8Text(arg: string): string {
  return [
    `ultronex: the argument ${JSON.stringify(arg.slice(0, 200))} has bytes that are not UTF-8, shown as \ufffd.`,
    'Run it from a terminal or script in UTF-8, or give the text through stdin:',
    'printf … | iconv -f windows-1252 -t utf-8 | ultronex send CHANNEL -',
  ].join('\n');
}

/** Two-word names first: `track add` before `track`. */
function find(args: readonly string[]): { command: Command; rest: string[] } | null {
  for (const length of [2, 1]) {
    const name = args.slice(0, length).join(' ');
    const command = commands.find((each) => each.name === name);
    if (command) return { command, rest: args.slice(length) };
  }
  return null;
}

function wantsHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  return own.includes('--help') || own.includes('-h');
}

function showHelp(args: readonly string[], command: Command | null, io: Io): ExitCode {
  if (command !== null) {
    io.out(helpOf(command));
    return exit.ok;
  }
  const [first = ''] = args;
  const family = commands.filter(({ name }) => name.startsWith(`${first} `));
  if (wantsHelp(args) || first === 'help') {
    io.out(family.length > 0 ? helpOfAll(family, first) : helpOfAll(commands));
    return exit.ok;
  }
  if (family.length > 0) io.err(helpOfAll(family, first));
  else io.err(first === '' ? helpOfAll(commands) : `There is no command "${first}".\n\n${helpOfAll(commands)}`);
  return exit.usage;
}

function explain(error: unknown, { name }: Command, io: Io): ExitCode {
  if (error instanceof UsageError) {
    io.err(`ultronex ${name}: ${error.message}\nSee \`ultronex ${name} --help\`.`);
    return exit.usage;
  }
  if (error instanceof ConfigError) {
    io.err(error.message);
    return exit.config;
  }
  io.err(`ultronex ${name}: ${errorMessage(error)}`);
  // What we foresaw needs no stack; the rest is a bug of ours, and whoever reports it should have one.
  if (!(error instanceof CommandFailed) && error instanceof Error && io.env.LOG_LEVEL === 'debug') {
    io.err(error.stack ?? '');
  }
  return exit.failed;
}
