import { InvalidRequest } from '../../domain/errors.ts';
import { nearest } from '../../domain/nearest.ts';
import { shortened } from '../../lib/shortened.ts';
import { argumentText, variableText } from './argument-value.ts';
import type { ArgumentRule, Definition } from './definition.ts';
import { nameProblem } from './variable-names.ts';

type Given = Readonly<Record<string, unknown>>;

/** Bytes of UTF-8 of all names and values. */
const mostBytes = 32_768;
const mostVariables = 100;

/**
 * Returns the variables of a run: the given values, and the defaults of the others. A missing argument without a default
 * is left out if it is not required.
 * @throws InvalidRequest that names the argument, its value in short and the remedy
 */
export function checkArguments(
  { name: job, arguments: rules, secrets }: Pick<Definition, 'name' | 'arguments' | 'secrets'>,
  given: Given,
): Record<string, string> {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(rules, name));
  if (unknown !== undefined) throw unknownArgument(job, unknown, Object.keys(rules), Object.hasOwn(secrets, unknown));
  // Before the patterns, whose time grows with the length of the values.
  checkSize(given);
  const variables = Object.entries(rules).flatMap(([name, rule]): [string, string][] => {
    if (Object.hasOwn(given, name) && given[name] !== undefined) return [[name, argumentText(name, rule, given[name])]];
    if (rule.default !== null) return [[name, rule.default]];
    if (rule.required) throw new InvalidRequest(name, `The job "${job}" needs the argument ${name}, ${formOf(rule)}.`);
    return [];
  });
  const checked = Object.fromEntries(variables);
  checkSize(checked);
  return checked;
}

/** Returns the variables of a run that a request describes. @throws InvalidRequest with the remedy */
export function checkEnvironment(given: Given): Record<string, string> {
  const names = Object.keys(given);
  if (names.length > mostVariables) {
    throw new InvalidRequest('env', `There are ${names.length} variables; at most ${mostVariables} are passed.`);
  }
  for (const name of names) {
    const problem = nameProblem(name);
    if (problem !== null) throw new InvalidRequest(shortened(name), `"${shortened(name)}": ${problem}.`);
  }
  checkSize(given);
  return Object.fromEntries(names.map((name) => [name, variableText(name, given[name])]));
}

function unknownArgument(job: string, name: string, known: readonly string[], isSecret: boolean): InvalidRequest {
  const shown = shortened(name);
  if (isSecret) {
    const reason = 'is a secret of it, whose value comes from its definition. Leave it out';
    return new InvalidRequest(shown, `"${shown}" is no argument of the job "${job}": it ${reason}.`);
  }
  const near = nearest(shown, known) ?? known.find((each) => each.toLowerCase() === name.toLowerCase()) ?? null;
  const all = known.length === 0 ? 'It has none.' : `It has ${known.join(', ')}.`;
  const hint = near === null ? all : `Did you mean "${near}"?`;
  return new InvalidRequest(shown, `The job "${job}" has no argument "${shown}". ${hint}`);
}

function checkSize(given: Given): void {
  const bytes = Object.entries(given).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + (typeof value === 'string' ? Buffer.byteLength(value) : 8),
    0,
  );
  if (bytes <= mostBytes) return;
  const remedy = 'Put large data where the job can read it, and pass its address';
  throw new InvalidRequest(
    'arguments',
    `The variables have ${bytes} bytes, names and values together; at most ${mostBytes} are passed. ${remedy}.`,
  );
}

function formOf({ type, pattern, choices, description }: ArgumentRule): string {
  const kind = { string: 'a text', integer: 'a whole number', boolean: 'true or false' }[type];
  const form = choices === null ? kind : `one of ${choices.slice(0, 20).join(', ')}`;
  const match = pattern === null ? '' : ` that matches ${pattern}`;
  return `${form}${match}${description === '' ? '' : `: ${description}`}`;
}
