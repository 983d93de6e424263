import { ConfigError } from '../config/index.ts';
import { errorMessage } from '../lib/error-message.ts';
import { redact } from '../lib/redact.ts';
import { readVersion } from '../version.ts';
import { type CliCommand, CommandFailed, type ExitCode, exit, type Io, UsageError } from './command.ts';
import { commands } from './commands/index.ts';
import { helpOf, helpOfAll } from './help.ts';

/** Runs a command line. Prints errors and returns the exit code. */
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
  const found = find(args);
  if (found === null || wantsHelp(args)) return showHelp(args, found?.command ?? null, io);
  try {
    return await found.command.run(found.rest, io);
  } catch (error) {
    return explain(error, found.command, io);
  }
}

/** Node decodes arguments as UTF-8 and replaces invalid bytes by U+FFFD; the original bytes are lost. */
function notUtf8Text(arg: string): string {
  return [
    `ultronex: the argument ${JSON.stringify(redact(arg).slice(0, 200))} has bytes that are not UTF-8, shown as \ufffd.`,
    'Run it from a terminal or script in UTF-8, or give the text through stdin:',
    'printf … | iconv -f windows-1252 -t utf-8 | ultronex send CHANNEL -',
  ].join('\n');
}

/** Finds a command; tries names of two words first: `track add` before `track`. */
function find(args: readonly string[]): { command: CliCommand; rest: string[] } | null {
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

function showHelp(args: readonly string[], command: CliCommand | null, io: Io): ExitCode {
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

function explain(error: unknown, { name }: CliCommand, io: Io): ExitCode {
  if (error instanceof UsageError) {
    io.err(`ultronex ${name}: ${redact(error.message)}\nSee \`ultronex ${name} --help\`.`);
    return exit.usage;
  }
  if (error instanceof ConfigError) {
    io.err(error.message);
    return exit.config;
  }
  io.err(`ultronex ${name}: ${errorMessage(error)}`);
  // An unexpected error is a bug: with LOG_LEVEL=debug it is printed with its stack.
  if (!(error instanceof CommandFailed) && error instanceof Error && io.env.LOG_LEVEL === 'debug') {
    io.err(error.stack ?? '');
  }
  return exit.failed;
}
