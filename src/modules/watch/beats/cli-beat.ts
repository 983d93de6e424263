import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../../../lib/error-message.ts';
import type { CommandInput } from '../../module.ts';
import { runJob } from './run-job.ts';

/** Time of a request. Milliseconds. */
const withinMs = 10_000;
/** Pauses before the second and the third try. */
const pausesMs = [1_000, 3_000];

/** `ultronex beat NAME -- COMMAND …`: exits with the code of the command, whether or not it can be reported. */
export async function runWithBeat(given: CommandInput): Promise<number> {
  const [name = '', command = '', ...args] = given.words;
  if (command === '') {
    given.err('ultronex beat: it names no command. Write: ultronex beat backup -- /usr/local/bin/backup.sh');
    return 2;
  }
  const report = createReport(given, name);
  // The command does not wait for the report of its start.
  const started = report('start', 'start', '');
  const { code, log, notStarted } = await runJob(command, args);
  await started;
  if (notStarted !== null) {
    given.err(`ultronex beat: ${notStarted}`);
    await report('fail', 'failure', notStarted);
  } else await report(String(code), 'end', log);
  return code;
}

/** Returns a function that reports, three times at most, and never rejects. */
function createReport({ api, err }: CommandInput, name: string) {
  const rid = randomUUID();
  return async function report(what: string, means: string, log: string): Promise<void> {
    const path = `/beat/${encodeURIComponent(name)}/${what}?rid=${rid}`;
    for (const pauseMs of [...pausesMs, null]) {
      try {
        return await api().post(path, log, withinMs);
      } catch (error) {
        if (pauseMs !== null && (error as { retryable?: boolean }).retryable === true) await sleep(pauseMs);
        else return err(`ultronex beat: the ${means} of "${name}" is not reported: ${errorMessage(error)}`);
      }
    }
  };
}
