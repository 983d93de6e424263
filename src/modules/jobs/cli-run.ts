import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorMessage } from '../../lib/error-message.ts';
import type { CommandInput } from '../module.ts';
import { exitCodeOf, followJob } from './cli-follow.ts';
import { variableName } from './variable-names.ts';

/** Exit code of a command that Ctrl-C ended, as shells have it: 128 and the number of SIGINT. */
const interrupted = 130;
/** Pauses before a request is repeated; its Idempotency-Key keeps it from starting a second job. */
const pausesMs = [500, 2_000, 5_000];

/** `ultronex run NAME ARGUMENT=value …` */
export async function runJob(given: CommandInput): Promise<number> {
  const { words, values, api, out, err } = given;
  const [name = '', ...rest] = words;
  const args = new Map<string, string>();
  for (const word of rest) {
    const at = word.indexOf('=');
    const argument = word.slice(0, Math.max(0, at));
    const problem =
      at < 0 || !variableName.test(argument) ? 'is not NAME=value' : args.has(argument) ? 'is given twice' : null;
    if (problem !== null) {
      err(`ultronex run: the argument "${word.slice(0, 100)}" ${problem}. Write: ultronex run ${name} NAME=Daniela`);
      return 2;
    }
    args.set(argument, word.slice(at + 1));
  }
  const headers = { 'idempotency-key': randomUUID() };
  const start = () =>
    api().call<{ id: string }>('POST', `/jobs/${encodeURIComponent(name)}`, Object.fromEntries(args), headers);
  if (values.detach === true) {
    out((await patiently(start)).id);
    return 0;
  }

  let id: string | null = null;
  let isStopped = false;
  const stop = async (job: string) => {
    err(`Stopping the job ${job}. Ctrl-C again leaves without waiting for its end.`);
    await patiently(() => api().call('DELETE', `/jobs/${job}`)).catch((error) => err(errorMessage(error)));
  };
  const restore = given.onInterrupt(() => {
    isStopped = true;
    if (id !== null) void stop(id);
  });
  try {
    ({ id } = await patiently(start));
    err(`Job ${id}`);
    if (isStopped) await stop(id);
    const ended = await followJob(given, id);
    const code = exitCodeOf(ended, err);
    return isStopped && ended.state === 'cancelled' ? interrupted : code;
  } finally {
    restore();
  }
}

/** Repeats a request that got no answer, or one that says that the program is away. */
async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (const pauseMs of pausesMs) {
    try {
      return await request();
    } catch (error) {
      const { retryable = false, status = null } = error as { retryable?: boolean; status?: number | null };
      // 429: the queue of the job is full, which the user wants to know at once.
      if (!retryable || status === 429) throw error;
      await sleep(pauseMs);
    }
  }
  return request();
}
