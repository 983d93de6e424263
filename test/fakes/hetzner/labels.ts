import { invalidInput } from './errors.ts';
import type { Labels } from './types.ts';

/** Labels and selectors as https://docs.hetzner.cloud/reference/cloud#label-selector has them. */
const namePart = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?';
const key = `(?:[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?/)?${namePart}`;
const keyOnly = new RegExp(`^${key}$`);
const valueOnly = new RegExp(`^(?:${namePart})?$`);

/** What is wrong with these labels, or undefined. */
export function labelProblem(labels: unknown): string | undefined {
  if (typeof labels !== 'object' || labels === null || Array.isArray(labels)) return 'must be an object';
  for (const [name, value] of Object.entries(labels)) {
    if (!keyOnly.test(name)) return `key '${name}' is not correctly formatted`;
    if (name.startsWith('hetzner.cloud/')) return `key '${name}' uses a reserved prefix`;
    if (typeof value !== 'string' || !valueOnly.test(value)) return `value of '${name}' is not correctly formatted`;
  }
  return undefined;
}

type Matches = (labels: Labels) => boolean;

const forms: [RegExp, (name: string, rest: string) => Matches][] = [
  [new RegExp(`^(${key})\\s*==?\\s*([\\w.-]*)$`), (name, value) => (labels) => labels[name] === value],
  [new RegExp(`^(${key})\\s*!=\\s*([\\w.-]*)$`), (name, value) => (labels) => labels[name] !== value],
  [
    new RegExp(`^(${key})\\s+in\\s*\\(([^()]*)\\)$`),
    (name, values) => (labels) => labels[name] !== undefined && split(values).includes(labels[name]),
  ],
  [
    new RegExp(`^(${key})\\s+notin\\s*\\(([^()]*)\\)$`),
    (name, values) => (labels) => labels[name] === undefined || !split(values).includes(labels[name]),
  ],
  [new RegExp(`^!\\s*(${key})$`), (name) => (labels) => labels[name] === undefined],
  [new RegExp(`^(${key})$`), (name) => (labels) => labels[name] !== undefined],
];

/** A test of labels. Throws invalid_input that names `field`. */
export function parseSelector(selector: string, field = 'label_selector'): Matches {
  const terms = selector.split(/,(?![^(]*\))/).map((term) => {
    for (const [form, make] of forms) {
      const found = form.exec(term.trim());
      if (found) return make(found[1] as string, found[2] ?? '');
    }
    throw invalidInput({ [field]: [`'${term.trim()}' is not a label selector`] });
  });
  return (labels) => terms.every((matches) => matches(labels));
}

const split = (values: string) => values.split(',').map((value) => value.trim());
