import type { Static } from 'typebox';
import { parseDuration } from '../../domain/duration.ts';
import { InvalidRequest } from '../../domain/errors.ts';
import { type JobPlace, jobTargets } from '../../domain/job.ts';
import { Type } from '../../lib/schema.ts';
import { memoryOf as checkedMemory, memoryForm, readMemory, usualSize } from './container-size.ts';
import { targetFields } from './target-fields.ts';
import { timeouts } from './timeouts.ts';
import type { JobRequest } from './types.ts';

/** The body of a request for a job without a definition. */
export const freeBody = Type.Object({
  target: Type.Enum([...jobTargets]),
  app: Type.Optional(Type.String({ minLength: 1, maxLength: 30, description: 'Heroku: the app.' })),
  size: Type.Optional(Type.String({ minLength: 1, maxLength: 40, description: 'Heroku: the size of the dyno.' })),
  image: Type.Optional(Type.String({ minLength: 1, maxLength: 300, description: 'Container: one of JOB_IMAGES.' })),
  file: Type.Optional(
    Type.String({ minLength: 1, maxLength: 100, description: 'Process: the name of an executable file in JOBS_BIN.' }),
  ),
  command: Type.Optional(
    Type.Union(
      [
        Type.String({ minLength: 1, maxLength: 4_000 }),
        Type.Array(Type.String({ maxLength: 4_000 }), { maxItems: 100 }),
      ],
      {
        description:
          'Heroku: a text, such as an entry of the Procfile. Container: a list of words; without it the image’s own command.',
      },
    ),
  ),
  network: Type.Optional(Type.Boolean({ default: false, description: 'Container: give it a network.' })),
  memory: Type.Optional(
    Type.Union([Type.String({ maxLength: 20 }), Type.Number()], {
      default: '256MB',
      description: 'Container: `512MB`, `1GB`, or a number of MiB.',
    }),
  ),
  cpus: Type.Optional(Type.Number({ minimum: 0.01, maximum: 64, default: usualSize.cpus, description: 'Container.' })),
  env: Type.Optional(
    Type.Object({}, { additionalProperties: true, description: 'Its environment variables: names and texts.' }),
  ),
  timeout: Type.Optional(
    Type.String({ minLength: 1, maxLength: 60, description: '`30s`, `10m`, `2h`: 24 hours at most. Default: 10m.' }),
  ),
});

type FreeBody = Static<typeof freeBody>;

/** Fields of a job on every target. */
const common: readonly (keyof FreeBody)[] = ['target', 'env', 'timeout'];

/** @throws InvalidRequest for a field that is missing, or is one of another target */
export function readFreeBody(body: FreeBody): JobRequest {
  const { target, timeout } = body;
  const env = (body.env ?? {}) as Readonly<Record<string, unknown>>;
  const known = [...common, ...targetFields[target]];
  const foreign = (Object.keys(body) as (keyof FreeBody)[]).find((name) => !known.includes(name));
  if (foreign !== undefined) {
    throw new InvalidRequest(
      foreign,
      `${foreign} is not a field of a job on the target ${target}; its fields are ${known.join(', ')}`,
    );
  }
  const timeoutMs = timeout === undefined ? timeouts.usual : durationOf('timeout', timeout, timeouts.most, '10m');
  return { name: null, place: placeOf(body), arguments: env, timeoutMs };
}

function placeOf(body: FreeBody): JobPlace {
  const { target, command } = body;
  if (target === 'heroku') {
    if (typeof command !== 'string') {
      throw new InvalidRequest('command', 'command must be a text for the target heroku: "command": "serverless"');
    }
    noControls('command', command);
    return { target, app: needed(body, 'app'), command, size: body.size ?? null };
  }
  if (target === 'process') return { target, file: needed(body, 'file') };
  if (typeof command === 'string') {
    throw new InvalidRequest(
      'command',
      'command must be a list of words for the target container: "command": ["python", "task.py"]',
    );
  }
  for (const word of command ?? []) noControls('command', word);
  const { network = false, memory = usualSize.memoryMb, cpus = usualSize.cpus } = body;
  const memoryMb = memoryOf(memory);
  return { target, image: needed(body, 'image'), command: command ?? [], network, memoryMb, cpus };
}

/** As in the files of JOBS_DIR; a number is one of MiB. @throws InvalidRequest */
function memoryOf(written: string | number): number {
  const mb = typeof written === 'number' ? checkedMemory(written) : readMemory(written);
  if (mb === null) throw new InvalidRequest('memory', `memory is "${written}"; write ${memoryForm}`);
  return mb;
}

function needed(body: FreeBody, field: 'app' | 'image' | 'file'): string {
  const value = body[field];
  if (value === undefined) throw new InvalidRequest(field, `${field} is required for the target ${body.target}`);
  noControls(field, value);
  return value;
}

function noControls(field: string, value: string): void {
  if (value.includes('\0')) throw new InvalidRequest(field, `${field} has the character NUL; leave it out`);
}

/** Parses a length of time with a unit. @throws InvalidRequest */
export function durationOf(field: string, written: string, longestMs: number, example: string): number {
  const isBare = /^[\d.]+$/.test(written.trim());
  const ms = isBare ? null : parseDuration(written);
  if (ms !== null && ms <= longestMs && ms >= timeouts.least) return ms;
  const hours = longestMs / 3_600_000;
  const longest = hours >= 1 ? `${hours}h` : `${longestMs / 1_000}s`;
  throw new InvalidRequest(
    field,
    `${field} "${written.slice(0, 60)}" is no length of time from 1s to ${longest} with a unit; write for example ${example}`,
  );
}
