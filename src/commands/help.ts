import type { Command } from './command.ts';
import { code } from './words.ts';

const introduction = 'Mention me, write to me directly, or use `/ultronex`:';
const aboutPatterns =
  'A pattern is a regular expression, matched without regard to case; `backticks` around it keep Slack from changing it.';

/** Written from the list itself, so that no command can be missing from it. */
export function createHelp(others: readonly Command[]): Command {
  const help: Command = {
    name: 'help',
    usage: 'help',
    summary: 'this list',
    run: () => ({ reply: [introduction, ...[help, ...others].map(line), aboutPatterns].join('\n') }),
  };
  return help;
}

function line(command: Command): string {
  return `• ${code(command.usage)} ${command.summary}`;
}
