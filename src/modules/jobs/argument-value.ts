import { RE2JS } from 're2js';
import { InvalidRequest } from '../../domain/errors.ts';
import { nearest } from '../../domain/nearest.ts';
import { shortened } from '../../lib/shortened.ts';
import type { ArgumentRule } from './definition.ts';
import { maskArguments } from './masking.ts';

/** Patterns by their rules, compiled at the first value. */
const compiled = new WeakMap<ArgumentRule, RE2JS>();

/** Choices that a message lists. */
const listed = 20;

/** Returns a value as text, as a variable has it. @throws InvalidRequest with the remedy */
export function argumentText(name: string, rule: ArgumentRule, given: unknown): string {
  const text = typed(name, rule, given);
  const { choices, pattern } = rule;
  if (choices !== null && !choices.includes(text)) {
    const near = nearest(text.slice(0, 100), choices);
    const hint = near === null ? '' : ` Did you mean "${near}"?`;
    const more = choices.length > listed ? ', …' : '';
    throw refused(name, text, `one of ${choices.slice(0, listed).join(', ')}${more}.${hint}`);
  }
  if (pattern !== null && !matches(rule, pattern, text)) {
    throw refused(name, text, `a text that matches ${pattern} as a whole${describe(rule)}`);
  }
  return text;
}

/** Returns a text that a variable can hold. @throws InvalidRequest */
export function variableText(name: string, given: unknown): string {
  if (typeof given !== 'string') {
    const remedy = typeof given === 'number' || typeof given === 'boolean' ? ` Write it in quotes: "${given}".` : '';
    throw new InvalidRequest(name, `${name} is ${kindOf(given)}, but it has to be a text.${remedy}`);
  }
  if (given.includes('\0')) {
    throw new InvalidRequest(name, `${name} has a NUL character, which no variable can hold. Remove it.`);
  }
  if (/\p{Cs}/u.test(given)) {
    throw new InvalidRequest(
      name,
      `${name} has half of a surrogate pair (\\ud800 to \\udfff). Send the whole character.`,
    );
  }
  return given;
}

function typed(name: string, rule: ArgumentRule, given: unknown): string {
  if (rule.type === 'integer') {
    if (Number.isSafeInteger(given)) return String(given);
    if (typeof given === 'string' && /^(?:0|-?[1-9]\d{0,14})$/.test(given)) return given;
    throw refused(name, given, 'a whole number of up to 15 digits, such as 42.');
  }
  if (rule.type === 'boolean') {
    if (given === true || given === false || given === 'true' || given === 'false') return String(given);
    throw refused(name, given, 'true or false.');
  }
  return variableText(name, given);
}

function matches(rule: ArgumentRule, pattern: string, text: string): boolean {
  let regex = compiled.get(rule);
  if (regex === undefined) {
    regex = RE2JS.compile(pattern);
    compiled.set(rule, regex);
  }
  return regex.testExact(text);
}

const describe = ({ description }: ArgumentRule) => (description === '' ? '.' : `: ${description}.`);

function refused(name: string, given: unknown, form: string): InvalidRequest {
  const value =
    typeof given === 'string' ? `"${shortened(maskArguments({ [name]: given })[name] ?? '')}"` : kindOf(given);
  return new InvalidRequest(name, `${name} is ${value}, but it has to be ${form}`);
}

function kindOf(given: unknown): string {
  if (given === null) return 'null';
  if (Array.isArray(given)) return 'a list';
  if (typeof given === 'object') return 'a map';
  if (typeof given === 'string') return 'a text';
  return typeof given === 'number' || typeof given === 'boolean' ? `the ${typeof given} ${given}` : `a ${typeof given}`;
}
