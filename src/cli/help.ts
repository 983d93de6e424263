import type { CliCommand } from './command.ts';

const help = { '--help': 'Print this.' };

export function helpOfAll(commands: readonly CliCommand[], name = ''): string {
  const width = Math.max(...commands.map((each) => each.name.length)) + 2;
  return [
    `Usage: ultronex ${name === '' ? '<command>' : name} …`,
    '',
    ...commands.map((each) => `  ${each.name.padEnd(width)}${each.summary}`),
    '',
    '`ultronex <command> --help` tells more about one.',
    'Exit codes: 0 done, 1 failed, 2 wrongly written, 78 the configuration is wrong.',
  ].join('\n');
}

export function helpOf({ name, usage, summary, options }: CliCommand): string {
  const rows = Object.entries(options).map(([option, { value, description }]) => [
    `--${option}${value === undefined ? '' : ` ${value}`}`,
    description,
  ]);
  const all = [...rows, ...Object.entries(help)] as [string, string][];
  const width = Math.max(...all.map(([option]) => option.length)) + 2;
  return [
    `Usage: ultronex ${name} ${usage}`.trimEnd(),
    '',
    summary,
    '',
    ...all.map(([option, description]) => `  ${option.padEnd(width)}${description}`),
  ].join('\n');
}
