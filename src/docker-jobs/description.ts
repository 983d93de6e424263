import { parseJson } from '../domain/json.ts';
import { duplicateKey } from '../lib/duplicate-keys.ts';
import { Refused } from './refused.ts';

/** A job, as the program describes it. Docker's body is built from nothing else. */
export interface JobDescription {
  /** UUID of the job; further attempts have `-2`, `-3` … */
  id: string;
  /** An image of the list that this process was started with. */
  image: string;
  /** Arguments of the image's entry point; empty: the image's own. */
  command: string[];
  env: Record<string, string>;
  memoryMb: number;
  cpus: number;
  /** Whether it has a network. */
  network: boolean;
  /** After this time, and ten minutes more, it is killed even if the program is away. Seconds. */
  timeoutS: number;
}

/** Form of an id, also in paths. */
export const idPattern = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?:-[1-9][0-9]?)?';
const id = new RegExp(`^${idPattern}$`);
const variable = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const mostWords = 100;
const mostVariables = 200;

/** Checks a value. Returns what is wrong with it, as the end of a sentence; null if nothing is. */
type Rule = (value: unknown) => string | null;

const wholeNumber = (least: number, most: number): Rule => {
  return (value) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? null
      : `is no whole number from ${least} to ${most}`;
};

/** The schema: each field is required, and there are no others. */
const rules: Record<keyof JobDescription, Rule> = {
  id: (value) => (typeof value === 'string' && id.test(value) ? null : 'is no id of a job'),
  image: (value) => (typeof value === 'string' ? null : 'is no text'),
  command: (value) => {
    if (!Array.isArray(value) || value.length > mostWords) return `is no list of at most ${mostWords} texts`;
    return value.map(wrongText).find((wrong) => wrong !== null) ?? null;
  },
  env: (value) => {
    if (!isObject(value)) return 'is no object';
    const variables = Object.entries(value);
    if (variables.length > mostVariables) return `has ${variables.length} variables; at most ${mostVariables}`;
    for (const [name, text] of variables) {
      if (!variable.test(name)) return `has the variable ${shown(name)}: use letters, digits and _`;
      const wrong = wrongText(text);
      if (wrong !== null) return `has the variable ${name}, which ${wrong}`;
    }
    return null;
  },
  memoryMb: wholeNumber(16, 65_536),
  cpus: (value) => (typeof value === 'number' && value >= 0.01 && value <= 64 ? null : 'is no number from 0.01 to 64'),
  network: (value) => (typeof value === 'boolean' ? null : 'is neither true nor false'),
  timeoutS: wholeNumber(1, 86_400),
};

/** Reads a job's description. @throws Refused with what is wrong and the field */
export function readDescription(text: string, images: ReadonlySet<string>): JobDescription {
  const value = readObject(text);
  const fields = Object.keys(rules).join(', ');
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(rules, name)) throw invalid(`${shown(name)} is no field of a job; its fields are ${fields}`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (!Object.hasOwn(value, name)) throw invalid(`${name} is missing`);
    const wrong = rule(value[name]);
    if (wrong !== null) throw invalid(`${name} ${wrong}`);
  }
  const job = value as unknown as JobDescription;
  if (!images.has(job.image)) {
    throw new Refused(
      403,
      'image_not_allowed',
      `The image ${shown(job.image)} is not allowed: add it to JOB_IMAGES, and start docker-jobs again.`,
    );
  }
  return job;
}

/** Reads `{"signal":"TERM"}`. @throws Refused */
export function readSignal(text: string): 'TERM' | 'KILL' {
  const { signal, ...others } = readObject(text);
  if ((signal === 'TERM' || signal === 'KILL') && Object.keys(others).length === 0) return signal;
  throw invalid('write {"signal":"TERM"} or {"signal":"KILL"}');
}

/** A second reader could take another one of two equal keys, so they are refused. */
function readObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw invalid(`the body is no JSON that can be read: ${(error as Error).message.slice(0, 100)}`);
  }
  if (!isObject(value)) throw invalid('the body is no object');
  const twice = duplicateKey(text, value);
  if (twice !== null) throw invalid(`${shown(twice)} is there twice`);
  return value;
}

/** A NUL would end the text for the kernel. */
function wrongText(value: unknown): string | null {
  if (typeof value !== 'string') return 'is no text';
  return value.includes('\0') ? 'has a NUL character' : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const shown = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
const invalid = (message: string): Refused => new Refused(422, 'invalid', message);
