import { type JobPlace, jobTargets } from '../../../domain/job.ts';
import { memoryForm, readMemory, usualSize } from '../container-size.ts';
import { hasField, targetFields } from '../target-fields.ts';
import type { JobEntry } from './schema.ts';

export type RefuseField = (path: readonly (string | number)[], reason: string) => void;

/** Reads where a job runs, and refuses fields of other targets. */
export function placeOf(entry: JobEntry, refuse: RefuseField): JobPlace {
  const { target } = entry;
  for (const field of new Set(Object.values(targetFields).flat())) {
    if (entry[field] === undefined || hasField(target, field)) continue;
    const owners = jobTargets.filter((each) => hasField(each, field)).join(' and ');
    refuse([field], `"${field}" is of the target ${owners}, and this job has the target ${target}. Remove it`);
  }
  const needed = (field: 'app' | 'image' | 'file', form: string): string => {
    if (entry[field] === undefined) refuse([], `"${field}" is missing. A job with the target ${target} needs ${form}`);
    return entry[field] ?? '';
  };
  if (target === 'process') return { target, file: needed('file', 'the name of an executable file in JOBS_BIN') };
  if (target === 'heroku') {
    const app = needed('app', 'the name of an app');
    return { target, app, command: commandLine(entry.command, refuse), size: entry.size ?? null };
  }
  return {
    ...{ target, image: needed('image', 'one of JOB_IMAGES'), command: words(entry.command, refuse) },
    network: entry.network ?? false,
    memoryMb: memoryOf(entry.memory, refuse),
    cpus: entry.cpus ?? usualSize.cpus,
  };
}

function commandLine(command: JobEntry['command'], refuse: RefuseField): string {
  if (command === undefined)
    refuse([], '"command" is missing. A job with the target heroku needs one, such as an entry of the Procfile');
  else if (typeof command !== 'string') refuse(['command'], '"command" is a text for the target heroku, not a list');
  else if (/\p{Cc}/u.test(command)) refuse(['command'], '"command" is one line, without control characters');
  return typeof command === 'string' ? command : '';
}

function words(command: JobEntry['command'], refuse: RefuseField): readonly string[] {
  if (typeof command === 'string') {
    const example = JSON.stringify(command.trim().split(/\s+/).slice(0, 20));
    refuse(['command'], `"command" is a list for the target container, because no shell reads it: ${example}`);
    return [];
  }
  if (command?.some((word) => word.includes('\0'))) refuse(['command'], '"command" has a NUL character. Remove it');
  return command ?? [];
}

function memoryOf(written: string | undefined, refuse: RefuseField): number {
  if (written === undefined) return usualSize.memoryMb;
  const mb = readMemory(written);
  if (mb === null) refuse(['memory'], `"memory" is "${written}". Write ${memoryForm}`);
  return mb ?? usualSize.memoryMb;
}
