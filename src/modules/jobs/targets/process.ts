import type { ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Logger } from 'pino';
import type { Clock } from '../../../domain/clock.ts';
import type { Job } from '../../../domain/job.ts';
import { within } from '../../../lib/deadline.ts';
import { pause } from '../../../lib/pause.ts';
import { createTurns } from '../../../lib/turns.ts';
import { NotStarted, StartUnknown, type Target } from '../target.ts';
import { executable, isPassing } from './process/executable.ts';
import { followRun } from './process/follow.ts';
import { bootId, handleOf, lookAt, noProcess, processOf, signalGroup } from './process/processes.ts';
import { bootOf, giveUp, makeRunFolder, removeRunFolder, wrapperOf, writeKilled } from './process/run-folder.ts';
import { createSyncedFolder } from './process/synced-folder.ts';
import { createTicker } from './process/ticker.ts';
import { baseEnvironment, checkEnvironment, type Launch, launch } from './process/wrapper.ts';

export interface ProcessTargetOptions {
  /** JOBS_BIN: the folder of the executable files. */
  bin: string;
  /** Keeps a folder for each run. Its parent exists. */
  folder: string;
  clock: Clock;
  log: Logger;
}

/** A wrapper that has not begun after this time never will. Milliseconds. */
const beginMs = 1_000;
const lookAgainMs = 20;
/** Most time for the start of a shell. Milliseconds. */
const startMs = 10_000;

/**
 * Runs executable files of a folder as processes of this machine. A wrapper writes the output and the exit code into files, so that
 * a run needs no program beside it. The handle is `PID:START TIME:BOOT` of the wrapper, which leads the group of the run.
 */
export function createProcessTarget({ bin: givenBin, folder, clock, log }: ProcessTargetOptions): Target {
  const bin = resolve(givenBin);
  const boot = bootId();
  const base = baseEnvironment();
  const ticker = createTicker(clock);
  const runs = createSyncedFolder(folder);
  const inTurn = createTurns();
  /** Wrappers of this program that have not ended: the kernel tells it their end. */
  const children = new Set<string>();

  if (process.pid === 1) {
    const remedy = 'start the container with an init: docker run --init, or `init: true` in Compose';
    log.warn(`jobs may leave dead processes behind, which only process 1 can remove: ${remedy}`);
  }

  const folderOf = ({ id, attempt }: Job, of = attempt): string => join(folder, `${id}.${of}`);

  function lookFor(handle: string): ReturnType<typeof lookAt> {
    return children.has(handle) ? 'runs' : lookAt(processOf(handle), boot);
  }

  async function start(job: Job, env: Readonly<Record<string, string>>): Promise<string> {
    if (job.place.target !== 'process') throw new NotStarted('This job is not one of the target "process".', false);
    checkEnvironment(env);
    const file = executable(bin, job.place.file);
    const path = folderOf(job);
    const known = await find(job);
    if (known === null) throw new StartUnknown(`${path} is there, but not its process`);
    if (known !== 'never') return known;
    const output = await makeFolder(path);
    try {
      const child = await launchInTurn({ bin, file, folder: path, output, env: { ...env, ...base } });
      return begun(path, child);
    } catch (error) {
      if (error instanceof StartUnknown) throw error;
      removeRunFolder(path);
      throw error instanceof NotStarted ? error : notStarted(error, 'The process cannot be started');
    } finally {
      closeSync(output);
    }
  }

  /** Resolves with the file descriptor of the output. */
  async function makeFolder(path: string): Promise<number> {
    let output = -1;
    try {
      await runs.make();
      removeRunFolder(path);
      output = makeRunFolder(path, boot);
      await runs.sync();
      return output;
    } catch (error) {
      if (output !== -1) closeSync(output);
      removeRunFolder(path);
      throw notStarted(error, `The folder ${path} cannot be made`);
    }
  }

  /** A spawn blocks the event loop, so other work comes in between. @throws an error of spawn; StartUnknown */
  async function launchInTurn(what: Launch): Promise<ChildProcess> {
    const { launched } = await inTurn('', async () => {
      const launched = launch(what);
      await Promise.race([launched, new Promise((resolve) => setImmediate(resolve))]);
      return { launched };
    });
    const child = await within(clock, startMs, launched);
    if (child === null) throw new StartUnknown('the shell that starts the job takes too long');
    return child.value;
  }

  /** Returns the handle of a wrapper that has written `pid`, or has ended. @throws NotStarted, StartUnknown */
  function begun(path: string, child: ChildProcess): string {
    const wrapper = readWrapper(path);
    if (wrapper === null || wrapper === 'never') {
      throw new NotStarted(`The process could not be written down in ${path}. Is the disk full?`, true);
    }
    const handle = handleOf(wrapper);
    if (child.exitCode === null && child.signalCode === null) {
      children.add(handle);
      child.once('exit', () => {
        children.delete(handle);
        ticker.wake();
      });
    }
    return handle;
  }

  function readWrapper(path: string): ReturnType<typeof wrapperOf> {
    try {
      return wrapperOf(path);
    } catch (cause) {
      throw new StartUnknown(`${path} cannot be read`, { cause });
    }
  }

  async function find(job: Job): Promise<string | 'never' | null> {
    const path = folderOf(job);
    const giveUpAt = clock.monotonic() + beginMs;
    for (;;) {
      const madeIn = bootOf(path);
      if (madeIn === null) return 'never';
      const wrapper = wrapperOf(path);
      if (wrapper !== null) return typeof wrapper === 'string' ? wrapper : handleOf(wrapper);
      // After a power cut the file may be lost although the job ran.
      if (madeIn !== boot) return handleOf(noProcess(madeIn));
      if (clock.monotonic() >= giveUpAt) break;
      await pause(clock, lookAgainMs);
    }
    if (giveUp(path)) return 'never';
    const late = wrapperOf(path);
    return late === null || late === 'never' ? late : handleOf(late);
  }

  function kill(job: Job & { handle: string }): void {
    if (lookFor(job.handle) !== 'runs') return;
    try {
      writeKilled(folderOf(job));
    } catch (error) {
      log.warn({ err: error, job: job.id }, 'the exit code of a job that is killed could not be written');
    }
    signalGroup(processOf(job.handle), 'SIGKILL');
  }

  return {
    start,
    find,
    async follow(job, output, started, signal) {
      signal.throwIfAborted();
      const { handle } = job;
      const wrapper = processOf(handle);
      started();
      const run = {
        folder: folderOf(job),
        from: Number(job.cursor) || 0,
        isGone: () => lookFor(handle) !== 'runs',
        kill: () => kill(job),
        killRest() {
          // A group keeps its number as long as it has a member, so the number is ours or nobody's.
          if (lookFor(handle) === 'gone') signalGroup(wrapper, 'SIGKILL');
        },
        whyLost: () =>
          wrapper.boot === boot
            ? 'Its process ended without an exit code: it was killed from outside, or its container was restarted.'
            : 'The machine was restarted while it ran, or it ran in another instance.',
      };
      return followRun(run, { ticker, monotonic: clock.monotonic }, output, signal);
    },
    async stop(job, how) {
      if (lookFor(job.handle) !== 'runs') return 'ended';
      if (how === 'kill') kill(job);
      else signalGroup(processOf(job.handle), 'SIGTERM');
      return 'asked';
    },
    async remove(job) {
      // Those of earlier attempts, too: one is removed when the next is due.
      for (let attempt = 1; attempt <= job.attempt; attempt += 1) removeRunFolder(folderOf(job, attempt));
    },
    nameOf: (handle) => (processOf(handle).pid === 0 ? 'no process' : `pid ${processOf(handle).pid}`),
  };
}

function notStarted(cause: unknown, what: string): NotStarted {
  const { message } = cause as Error;
  return new NotStarted(`${what}: ${message}.`, isPassing(cause), { cause });
}
