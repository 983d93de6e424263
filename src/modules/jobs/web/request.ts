import type { ArgumentRule, Definition, Job, JobTarget } from './types.ts';

/** A variable of a job without a definition. */
export interface Row {
  id: number;
  name: string;
  value: string;
}

/** The values of the form. */
export interface Draft {
  /** The name of a definition; '' for a job that the fields below describe. */
  job: string;
  /** Arguments of the definition. */
  values: Record<string, string>;
  target: JobTarget;
  /** Fields of the target. */
  fields: Record<string, string>;
  network: boolean;
  timeout: string;
  rows: Row[];
}

/** A field of a target, as the form shows it. */
export interface Field {
  name: string;
  label: string;
  example: string;
  help: string;
  isOptional: boolean;
  /** Several lines. */
  isList?: boolean;
}

const field = (name: string, label: string, example: string, help: string, isOptional = false): Field => ({
  ...{ name, label, example, help, isOptional },
});

/** The fields of each target, besides `network`, `timeout` and the variables. */
export const fieldsOf: Record<JobTarget, readonly Field[]> = {
  process: [field('file', 'File', 'report.sh', 'An executable file in JOBS_BIN.')],
  container: [
    field('image', 'Image', 'alpine:3.22', 'One of JOB_IMAGES.'),
    {
      ...field('command', 'Command', 'sh\n-c\ndate', 'One word a line; empty: the image’s own command.', true),
      isList: true,
    },
    field('memory', 'Memory', '256MB', '', true),
    field('cpus', 'CPUs', '0.5', '', true),
  ],
  heroku: [
    field('app', 'App', 'example', ''),
    field('command', 'Command', 'serverless', 'An entry of the Procfile, or a command line.'),
    field('size', 'Size of the dyno', 'standard-1x', '', true),
  ],
};

export const emptyDraft = (job: string, target: JobTarget): Draft => ({
  ...{ job, values: {}, target, fields: {}, network: false, timeout: '' },
  rows: [{ id: 0, name: '', value: '' }],
});

/** Returns the value of an argument that the form begins with. */
export const initialOf = (rule: ArgumentRule): string => rule.default ?? '';

/** Returns the arguments to send: those that differ from their defaults. An empty one without a default is left out. */
export function argumentsOf({ arguments: rules }: Definition, values: Draft['values']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(rules).flatMap(([name, rule]) => {
      const value = values[name] ?? initialOf(rule);
      return value === initialOf(rule) ? [] : [[name, value]];
    }),
  );
}

const isEmptyRow = ({ name, value }: Row) => name.trim() === '' && value === '';

/** Returns what is wrong with the rows, by their ids. The server checks the rest. */
export function problemsOfRows(rows: readonly Row[]): Map<number, string> {
  const problems = new Map<number, string>();
  const names = new Set<string>();
  for (const row of rows) {
    const name = row.name.trim();
    if (isEmptyRow(row)) continue;
    if (name === '') problems.set(row.id, 'This value has no name.');
    else if (names.has(name)) problems.set(row.id, `${name} stands twice.`);
    names.add(name);
  }
  return problems;
}

/** Returns the body of a job without a definition. Empty fields are left out. */
export function bodyOf({ target, fields, network, timeout, rows }: Draft): Record<string, unknown> {
  const given = fieldsOf[target].flatMap(({ name, isList }): [string, unknown][] => {
    const text = fields[name] ?? '';
    if (text.trim() === '') return [];
    if (isList) return [[name, text.replace(/\n$/, '').split('\n')]];
    const value = text.trim();
    return [[name, name === 'cpus' && Number.isFinite(Number(value)) ? Number(value) : value]];
  });
  const env = rows.filter((row) => !isEmptyRow(row)).map(({ name, value }) => [name.trim(), value]);
  return {
    target,
    ...Object.fromEntries(given),
    ...(target === 'container' && network && { network }),
    ...(env.length > 0 && { env: Object.fromEntries(env) }),
    ...(timeout.trim() !== '' && { timeout: timeout.trim() }),
  };
}

/** Returns the path under /ultronex/ and the body that start the job of a draft. */
export function requestOf(
  draft: Draft,
  definition: Definition | null,
): { path: string; body: Record<string, unknown> } {
  if (definition === null) return { path: 'jobs', body: bodyOf(draft) };
  return { path: `jobs/${encodeURIComponent(definition.name)}`, body: argumentsOf(definition, draft.values) };
}

/** Values that the program does not show: it returns these texts in their place. */
const isMasked = (value: string) => value === '***' || value.includes('[redacted]');

/** Returns the draft that starts a run's job again, and the variables whose values are not known and stay empty. */
export function draftAgain(job: Job): { draft: Draft; unknown: string[] } {
  const { target, app, size, image, file, command, network = false, memory, cpus, timeout } = job;
  const entries = Object.entries(job.arguments);
  const unknown = entries.filter(([, value]) => isMasked(value)).map(([name]) => name);
  const values = Object.fromEntries(entries.filter(([name]) => !unknown.includes(name)));
  const rows = entries.map(([name, value], id) => ({ id, name, value: isMasked(value) ? '' : value }));
  const fields = {
    ...{ app, size, image, file, command: Array.isArray(command) ? command.join('\n') : command },
    ...{
      memory: memory === undefined ? undefined : `${memory}MB`,
      cpus: cpus === undefined ? undefined : String(cpus),
    },
  };
  const given = Object.entries(fields).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const draft = {
    ...{ job: job.job ?? '', values, target, fields: Object.fromEntries(given), network },
    timeout: `${timeout}s`,
    rows: rows.length === 0 ? [{ id: 0, name: '', value: '' }] : rows,
  };
  return { draft, unknown };
}
