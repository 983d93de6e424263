import { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.ts';
import type { PatternSearch, Tried } from '../ports/patterns.ts';
import { outcomes } from './outcomes.ts';
import type { SearchJob, SearchResult } from './search-thread.ts';

export interface ThreadSearchOptions {
  clock: Clock;
  log: { error(details: object, message: string): void };
  /** The thread's main program; tests pass one that fails. */
  thread?: URL;
  /** Time limit for all patterns on one text, milliseconds. */
  withinMs?: number;
}

/** Memory for automata in the thread, bytes. Few are used twice. */
const memoryBytes = 8 * 1024 * 1024;
/** V8's heap in the thread, MiB: holds a text of 5 MiB twice, and the patterns. */
const heapMiB = 64;
/** A thread that has not sent a result this long after the time limit is terminated. */
const graceMs = 5_000;
/** A thread that is idle for this long is terminated, which frees its memory. */
const idleMs = 60_000;

const ownThread = new URL(`./search-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Returns a search that runs in a worker thread, one text at a time. The thread starts on demand, and again after a failure. */
export function createThreadSearch(options: ThreadSearchOptions): PatternSearch {
  const { clock, log, thread = ownThread, withinMs = 10_000 } = options;
  let worker: Worker | null = null;
  let cancelIdle = () => {};
  let last: Promise<unknown> = Promise.resolve();
  let stopped = false;

  async function end(): Promise<void> {
    cancelIdle();
    const ending = worker;
    worker = null;
    await ending?.terminate();
  }

  /** Drops a thread that has exited, so that the next search starts a new one. */
  function forget(exited: Worker): void {
    if (worker === exited) worker = null;
  }

  function ask(job: SearchJob): Promise<Tried[]> {
    cancelIdle();
    const thisWorker = worker ?? startThread(thread, forget);
    worker = thisWorker;
    return new Promise((resolve, reject) => {
      const answered = (result: SearchResult) => settle(() => resolve(triedOf(result)));
      const failed = (error: Error) => settle(() => reject(error));
      const ended = (code: number) => failed(new Error(`the thread ended with code ${code}`));
      const cancelDeadline = clock.after(withinMs + graceMs, () => failed(new Error('no answer in time')));
      // Removed one by one: `removeAllListeners` would also remove the worker's internal listeners.
      function settle(done: () => void): void {
        cancelDeadline();
        thisWorker.off('message', answered).off('error', failed).off('exit', ended);
        done();
      }
      thisWorker.on('message', answered).on('error', failed).on('exit', ended);
      thisWorker.postMessage(job);
    });
  }

  async function searchNow(job: SearchJob): Promise<Tried[]> {
    const skipped: Tried[] = job.patterns.map(() => ({ outcome: 'skipped', units: 0 }));
    if (stopped) return skipped;
    try {
      const tried = await ask(job);
      cancelIdle = clock.after(idleMs, () => void end());
      return tried;
    } catch (error) {
      await end();
      if (!stopped)
        log.error({ err: error, patterns: job.patterns.length }, 'the pattern search failed; its thread starts anew');
      return skipped;
    }
  }

  return {
    search(text, tries, allowances) {
      if (tries.length === 0) return Promise.resolve([]);
      const patterns = tries.map(({ pattern }) => pattern);
      const owners = Int32Array.from(tries, ({ owner }) => owner);
      const result = last.then(() => searchNow({ text, patterns, owners, allowances, withinMs }));
      last = result;
      return result;
    },
    async stop() {
      stopped = true;
      await end();
      await last;
    },
  };
}

function triedOf(result: SearchResult): Tried[] {
  return Array.from(result.outcomes, (outcome, index) => ({
    outcome: outcomes[outcome] ?? 'skipped',
    units: result.units[index] ?? 0,
  }));
}

/** Starts the thread with an empty environment, since it needs no secret. */
function startThread(thread: URL, onEnd: (worker: Worker) => void): Worker {
  const isSource = thread.pathname.endsWith('.ts');
  const worker = new Worker(isSource ? fromSource(thread) : thread, {
    eval: isSource,
    name: 'pattern-search',
    env: {},
    workerData: { memoryBytes },
    resourceLimits: { maxOldGenerationSizeMb: heapMiB, maxYoungGenerationSizeMb: 4, stackSizeMb: 4 },
  });
  worker.unref();
  // Without a listener, an error between two texts would end the program.
  worker.on('error', () => {});
  worker.once('exit', () => onEnd(worker));
  return worker;
}

/** Returns code that registers tsx and loads the thread's source: not every Node version passes a loader on to threads. */
function fromSource(thread: URL): string {
  const [loader, main] = [import.meta.resolve('tsx/esm/api'), thread.href].map((url) => JSON.stringify(url));
  return `import(${loader}).then(({ register }) => { register(); return import(${main}); });`;
}
