import { RE2JS } from 're2js';
import { UltronexError } from '../../../domain/errors.ts';
import { shortened } from '../../../lib/shortened.ts';
import { secretOf } from '../../../yaml-files/index.ts';
import { argumentText, variableText } from '../argument-value.ts';
import type { ArgumentRule, Definition } from '../definition.ts';
import { nameProblem } from '../variable-names.ts';
import type { RefuseField } from './place.ts';
import type { ArgumentEntry, JobEntry } from './schema.ts';

/** A value of 32 kB is matched in less than half a second by a pattern of this size. Instructions of RE2. */
const mostInstructions = 2_500;
/** Bytes of a secret. */
const longestSecret = 16_384;

export function argumentsOf(entry: JobEntry, refuse: RefuseField): Definition['arguments'] {
  const entries = Object.entries(entry.arguments ?? {}).map(([name, written]): [string, ArgumentRule] => {
    refuseName(name, ['arguments', name], refuse);
    return [name, ruleOf(name, written, (path, reason) => refuse(['arguments', name, ...path], reason))];
  });
  return Object.fromEntries(entries);
}

function ruleOf(name: string, written: ArgumentEntry, refuse: RefuseField): ArgumentRule {
  const { type = 'string', description = '', pattern = null } = written;
  const isUsable = pattern === null || checkPattern(pattern, refuse);
  const rule: ArgumentRule = {
    ...{ type, description, default: null, required: written.required ?? written.default === undefined },
    ...{ pattern: isUsable ? pattern : null, choices: null },
  };
  const text = (value: unknown, path: readonly (string | number)[], by: ArgumentRule): string => {
    try {
      // YAML reads `default: 5` as a number, which the argument of a string means as a text.
      return argumentText(name, by, type === 'string' && typeof value !== 'object' ? String(value) : value);
    } catch (error) {
      refuse(path, messageOf(error));
      return '';
    }
  };
  const choices = written.choices?.map((choice, at) => text(choice, ['choices', at], rule)) ?? null;
  const whole = { ...rule, choices };
  if (written.default === undefined) return whole;
  if (written.required === true) {
    refuse(['required'], `"${name}" has a default, so it is never missing. Remove \`required\` or \`default\``);
  }
  return { ...whole, default: text(written.default, ['default'], whole) };
}

function checkPattern(pattern: string, refuse: RefuseField): boolean {
  let size: number;
  try {
    size = RE2JS.compile(pattern).programSize();
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, '');
    refuse(['pattern'], `"pattern" is no regular expression of RE2: ${shortened(reason, 300)}`);
    return false;
  }
  if (size > mostInstructions) {
    refuse(
      ['pattern'],
      `"pattern" is too large: ${size} instructions, ${mostInstructions} at most. Repeat fewer times`,
    );
  }
  return size <= mostInstructions;
}

/** Secrets are read once to see that they are there, and again whenever the job starts. */
export function secretsOf(entry: JobEntry, refuse: RefuseField): Definition['secrets'] {
  const entries = Object.entries(entry.secrets ?? {}).map(([name, written]): [string, () => string] => {
    const path = ['secrets', name];
    refuseName(name, path, refuse);
    if (Object.hasOwn(entry.arguments ?? {}, name)) refuse(path, `"${name}" is an argument, too. Remove one of them`);
    read(name, written, (reason) => refuse(path, reason));
    return [
      name,
      () =>
        read(name, written, (reason) => {
          throw new Error(`The secret ${name} of the job ${entry.name}: ${reason}.`);
        }),
    ];
  });
  return Object.fromEntries(entries);
}

function read(name: string, written: string, refuse: (reason: string) => void): string {
  let isRefused = false;
  const secret = secretOf(written, (reason) => {
    isRefused = true;
    refuse(reason);
  });
  if (isRefused) return '';
  if (Buffer.byteLength(secret) > longestSecret) {
    refuse(`the secret has more than ${longestSecret} bytes. Pass a shorter one`);
  }
  try {
    variableText(name, secret);
  } catch (error) {
    refuse(messageOf(error));
  }
  return secret;
}

function refuseName(name: string, path: readonly string[], refuse: RefuseField): void {
  const problem = nameProblem(name);
  if (problem !== null) refuse(path, `"${shortened(name)}": ${problem}`);
}

/** Without its last dot, since a line of a file's problems has none. */
function messageOf(error: unknown): string {
  if (error instanceof UltronexError) return error.message.replace(/\.$/, '');
  throw error;
}
