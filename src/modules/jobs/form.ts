import type { Form, FormField } from '../../domain/form.ts';
import type { ArgumentRule, Definition } from './definition.ts';

/** Most characters of a text that is typed. */
const longest = 3_000;
const shownPattern = 200;

/** Returns the form of a job's arguments; it gives the command `run`. */
export function formOf({ name, summary, arguments: rules }: Definition): Form {
  const fields = Object.entries(rules).map(([key, rule]) => fieldOf(key, rule));
  return { title: `Run ${name}`, about: summary, command: `run ${name}`, fields };
}

function fieldOf(name: string, rule: ArgumentRule): FormField {
  const { description, default: usual, required, choices, pattern } = rule;
  const facts = [
    pattern === null ? '' : `It has to match ${pattern.slice(0, shownPattern)}.`,
    usual === null ? '' : `Left empty, it is ${usual === '' ? 'empty' : usual}.`,
  ];
  return {
    ...{ name, label: description === '' ? name : `${name}: ${description}`, type: typeOf(rule), default: usual },
    hint: facts.filter((fact) => fact !== '').join(' '),
    ...{ required: required && usual === null, choices: choices ?? [], longest },
  };
}

function typeOf({ type, choices }: ArgumentRule): FormField['type'] {
  if (choices !== null) return 'choice';
  return ({ string: 'text', integer: 'number', boolean: 'yes-no' } as const)[type];
}
