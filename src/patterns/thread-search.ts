import { Worker } from 'node:worker_threads';
import type { Clock } from '../domain/clock.ts';
import type { PatternSearch, Tried } from '../ports/patterns.ts';
import { outcomes } from './outcomes.ts';
import type { SearchJob, SearchResult } from './search-thread.ts';

export interface ThreadSearchOptions {
  clock: Clock;
  log: { error(details: object, message: string): void };
  /** The thread's main; tests give one that misbehaves. */
  thread?: URL;
  /** What the patterns of one text may take, milliseconds. */
  withinMs?: number;
}

/** What automata may hold there, bytes. Few are wanted twice. */
const memoryBytes = 8 * 1024 * 1024;
/** V8's heap in the thread, MiB: a text of 5 MiB, twice, and the patterns. */
const heapMiB = 64;
/** After its time is over, a thread that has not said anything is ended. */
const graceMs = 5_000;
/** A thread with nothing to do gives its memory back. */
const idleMs = 60_000;

const ownThread = new URL(`./search-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url);

/** Searches in a thread, one text at a time. The thread starts when it is needed, and anew after it failed. */
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

  /** A thread that has ended would leave the next text without an answer. */
  function forget(gone: Worker): void {
    if (worker === gone) worker = null;
  }

  function ask(job: SearchJob): Promise<Tried[]> {
    cancelIdle();
    const asked = worker ?? startThread(thread, forget);
    worker = asked;
    return new Promise((resolve, reject) => {
      const answered = (result: SearchResult) => settle(() => resolve(triedOf(result)));
      const failed = (error: Error) => settle(() => reject(error));
      const ended = (code: number) => failed(new Error(`the thread ended with code ${code}`));
      const cancelDeadline = clock.after(withinMs + graceMs, () => failed(new Error('no answer in time')));
      // Each by name: the worker has listeners of its own, without which it hears nothing any more.
      function settle(done: () => void): void {
        cancelDeadline();
        asked.off('message', answered).off('error', failed).off('exit', ended);
        done();
      }
      asked.on('message', answered).on('error', failed).on('exit', ended);
      asked.postMessage(job);
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

/** Without our environment: nothing in there needs a secret. */
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
  // An error between two texts must not end the program.
  worker.on('error', () => {});
  worker.once('exit', () => onEnd(worker));
  return worker;
}

/** For a program that is run from its sources by tsx, whose loader a thread does not inherit on every Node. */
function fromSource(thread: URL): string {
  const [loader, main] = [import.meta.resolve('tsx/esm/api'), thread.href].map((url) => JSON.stringify(url));
  return `import(${loader}).then(({ register }) => { register(); return import(${main}); });`;
}
