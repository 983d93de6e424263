import { parseArgs } from 'node:util';

/** The parts of the process that commands use; tests pass their own. */
export interface Io {
  env: Record<string, string | undefined>;
  stdin: NodeJS.ReadableStream & { isTTY?: boolean };
  /** Prints one or several lines; a line break is appended. */
  out(text: string): void;
  err(text: string): void;
}

interface Option {
  type: 'string' | 'boolean';
  /** A text that may be given several times. */
  multiple?: boolean;
  /** Placeholder of its value in the help: `FILE`. */
  value?: string;
  description: string;
}
type Options = Record<string, Option>;
type Values<O extends Options> = { [K in keyof O]?: ValueOf<O[K]> };
type ValueOf<O extends Option> = O['type'] extends 'boolean' ? boolean : O['multiple'] extends true ? string[] : string;

/** sysexits.h has 78, EX_CONFIG; 1 and 2 are what most Unix tools use. */
export const exit = { ok: 0, failed: 1, usage: 2, config: 78 } as const;

/** `null`: the command keeps running and sets the exit code itself. */
export type ExitCode = number | null;

export interface CliCommand {
  /** One or two words: `track add`. */
  name: string;
  summary: string;
  /** The arguments, as in the help: `<channel> [text|-]`. */
  usage: string;
  options: Options;
  run(args: string[], io: Io): Promise<ExitCode>;
}

/** The arguments are wrong; exit code 2. */
export class UsageError extends Error {}

/** The arguments are right, but the command failed; exit code 1. */
export class CommandFailed extends Error {}

interface Definition<O extends Options> extends Omit<CliCommand, 'run' | 'options'> {
  options: O;
  /** Fewest and most positional arguments. */
  words: readonly [least: number, most: number];
  run(given: { values: Values<O>; words: string[]; io: Io }): Promise<ExitCode> | ExitCode;
}

/** Returns a command that parses its arguments before it runs. Its `run` throws UsageError for unknown options and wrong counts. */
export function defineCommand<const O extends Options>({ words, run, ...rest }: Definition<O>): CliCommand {
  return {
    ...rest,
    async run(args, io) {
      const { values, positionals } = parse(args, rest.options);
      const [least, most] = words;
      if (positionals.length < least) throw new UsageError(`something is missing: ${rest.name} ${rest.usage}`);
      if (positionals.length > most)
        throw new UsageError(`"${positionals[most]}" is one argument too many; put quotes around texts`);
      return run({ values: values as Values<O>, words: positionals, io });
    },
  };
}

function parse(args: string[], options: Options) {
  try {
    const types = Object.fromEntries(
      Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
    );
    const parsed = parseArgs({ args, options: types, allowPositionals: true, strict: true, tokens: true });
    refuseRepeated(parsed.tokens, options);
    return parsed;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** parseArgs takes the last of several, so that a copied line with an option appended would change without a word. */
function refuseRepeated(tokens: readonly { kind: string; name?: string }[], options: Options): void {
  const seen = new Set<string>();
  for (const { kind, name = '' } of tokens) {
    if (kind !== 'option' || options[name]?.multiple) continue;
    if (seen.has(name)) throw new UsageError(`--${name} is given twice; keep one of them`);
    seen.add(name);
  }
}
