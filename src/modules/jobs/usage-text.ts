import { code } from '../../domain/inline-code.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import type { ArgumentRule, Definition } from './definition.ts';

const mostListed = 40;
const mostArguments = 30;

/** Returns the jobs of the files, a line each. */
export function definitionLines(definitions: readonly Definition[]): string[] {
  const shown = definitions.slice(0, mostListed).map((each) => `• ${usageOf(each)}${about(each.summary)}`);
  const more = definitions.length - shown.length;
  return [...shown, ...(more > 0 ? [`… and ${more} more`] : [])];
}

/** Returns how a job is run: its arguments, and an example. */
export function usageText(definition: Definition): string {
  const rules = Object.entries(definition.arguments);
  const shown = rules.slice(0, mostArguments).map(([name, rule]) => `• ${code(name)} ${ruleText(rule)}`);
  const more = rules.length - shown.length;
  return [
    `${usageOf(definition)}${about(definition.summary)}`,
    ...shown,
    ...(more > 0 ? [`… and ${more} more`] : []),
    ...(rules.length > 0 ? [`Example: ${code(exampleOf(definition))}`] : []),
    ...(rules.length > 0 && !rules.some(([, rule]) => isNeeded(rule))
      ? [`${code(`run ${definition.name} --`)} runs it with the defaults.`]
      : []),
  ].join('\n');
}

/** Returns an example of the command: with what is required, else with the first argument. */
export function exampleOf({ name, arguments: rules }: Definition): string {
  const all = Object.entries(rules);
  const needed = all.filter(([, rule]) => isNeeded(rule));
  const given = (needed.length > 0 ? needed : all.slice(0, 1)).map(([key, rule]) => `${key}=${exampleValue(rule)}`);
  return ['run', name, ...given].join(' ');
}

const isNeeded = (rule: ArgumentRule) => rule.required && rule.default === null;

function usageOf({ name, arguments: rules }: Definition): string {
  const words = Object.entries(rules).map(([key, rule]) => (isNeeded(rule) ? `${key}=…` : `[${key}=…]`));
  return code(['run', name, ...words.slice(0, 8), ...(words.length > 8 ? ['…'] : [])].join(' '));
}

function ruleText({ type, description, default: usual, choices, pattern }: ArgumentRule): string {
  const facts = [
    choices === null ? { string: 'text', integer: 'a whole number', boolean: 'true or false' }[type] : '',
    choices === null ? '' : `one of ${choices.slice(0, 10).map(code).join(', ')}${choices.length > 10 ? ' …' : ''}`,
    usual === null ? '' : `default ${code(usual)}`,
    pattern === null ? '' : `matches ${code(pattern)}`,
    escapeMrkdwn(description),
  ];
  return facts.filter((fact) => fact !== '').join(' · ');
}

function exampleValue({ type, default: usual, choices }: ArgumentRule): string {
  const value = usual ?? choices?.[0] ?? { string: 'text', integer: '1', boolean: 'true' }[type];
  return /^[^\s"'`]+$/.test(value) ? value : `"${value.replace(/["\\]/g, '\\$&')}"`;
}

const about = (summary: string) => (summary === '' ? '' : ` ${escapeMrkdwn(summary)}`);
