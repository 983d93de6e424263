import type { Job } from '../../domain/job.ts';
import type { Definition } from './definition.ts';
import { secretValues } from './masking.ts';

/** A shorter value may be an ordinary word, so it is not hidden. Characters. */
const shortestHidden = 6;

/** The values of a job's secrets, which are read when it starts and never stored. */
export function createSecretsOf(definitions: () => ReadonlyMap<string, Definition>) {
  /** @throws with the remedy */
  function secretValue({ name }: Job, secret: string): string {
    const read = name === null ? undefined : definitions().get(name)?.secrets[secret];
    if (read === undefined) throw new Error(`The definition of ${name} has no secret ${secret} any more.`);
    return read();
  }

  return {
    /** Returns all variables of a job. @throws with the remedy */
    envOf: (job: Job): Record<string, string> => ({
      ...job.arguments,
      ...Object.fromEntries(job.secrets.map((secret) => [secret, secretValue(job, secret)])),
    }),
    /** Returns a function that hides the values of a job's secrets in a line, and those of arguments whose names look secret. */
    hiderOf(job: Job): (line: string) => string {
      const read = job.secrets.flatMap((secret) => {
        try {
          return [secretValue(job, secret)];
        } catch {
          return [];
        }
      });
      // The output comes line by line, so each line of a key file is hidden by itself.
      const lines = [...read, ...secretValues(job.arguments)].flatMap((value) => value.split(/\r?\n/));
      const values = lines.filter((line) => line.length >= shortestHidden);
      // The longest first: one may be the beginning of another.
      values.sort((one, other) => other.length - one.length);
      return (line) => values.reduce((text, value) => text.replaceAll(value, '***'), line);
    },
  };
}
