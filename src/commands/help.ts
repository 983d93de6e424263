import type { BotCommand } from './command.ts';
import { code } from './words.ts';

const introduction = 'Mention me, write to me directly, or use `/ultronex`:';
const aboutPatterns =
  'A pattern is a regular expression, matched without regard to case; `backticks` around it keep Slack from changing it.';

/** Returns the command `help`, which lists itself and `others`. */
export function createHelp(others: readonly BotCommand[]): BotCommand {
  const help: BotCommand = {
    name: 'help',
    usage: 'help',
    summary: 'this list',
    run: () => ({ reply: [introduction, ...[help, ...others].map(line), aboutPatterns].join('\n') }),
  };
  return help;
}

function line(command: BotCommand): string {
  return `• ${code(command.usage)} ${command.summary}`;
}
