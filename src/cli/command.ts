import { parseArgs } from 'node:util';

/** What a command sees of its process; tests give their own. */
export interface Io {
  env: Record<string, string | undefined>;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  /** One line, or several, without the last line break. */
  out(text: string): void;
  err(text: string): void;
}

interface Option {
  type: 'string' | 'boolean';
  /** What stands for its value in the help: `FILE`. */
  value?: string;
  description: string;
}
type Options = Record<string, Option>;
type Values<O extends Options> = { [K in keyof O]?: O[K]['type'] extends 'boolean' ? boolean : string };

/** sysexits.h has 78, EX_CONFIG; 1 and 2 are what most Unix tools use. */
export const exit = { ok: 0, failed: 1, usage: 2, config: 78 } as const;

/** `null`: the command goes on in the background and sets the exit code itself. */
export type ExitCode = number | null;

export interface Command {
  /** One or two words: `track add`. */
  name: string;
  summary: string;
  /** What follows the name: `<channel> [text|-]`. */
  usage: string;
  options: Options;
  run(args: string[], io: Io): Promise<ExitCode>;
}

/** The command was written wrongly; exit code 2. */
export class UsageError extends Error {}

/** The command was right and did not work; exit code 1. */
export class CommandFailed extends Error {}

interface Definition<O extends Options> extends Omit<Command, 'run' | 'options'> {
  options: O;
  /** At least and at most so many words after the name. */
  words: readonly [least: number, most: number];
  run(given: { values: Values<O>; words: string[]; io: Io }): Promise<ExitCode> | ExitCode;
}

/** Takes the arguments apart, so that `run` gets only what the command knows. */
export function defineCommand<const O extends Options>({ words, run, ...rest }: Definition<O>): Command {
  return {
    ...rest,
    async run(args, io) {
      const { values, positionals } = parse(args, rest.options);
      const [least, most] = words;
      if (positionals.length < least) throw new UsageError(`something is missing: ${rest.name} ${rest.usage}`);
      if (positionals.length > most)
        throw new UsageError(`"${positionals[most]}" is too much; put quotes around texts`);
      return run({ values: values as Values<O>, words: positionals, io });
    },
  };
}

function parse(args: string[], options: Options) {
  try {
    const types = Object.fromEntries(Object.entries(options).map(([name, { type }]) => [name, { type }]));
    return parseArgs({ args, options: types, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
