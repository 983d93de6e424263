import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { endOf, textOf } from './read-log.ts';

/** The end of a command. `code` as a shell has it: 128 and the number of the signal, if one ended it. */
export interface JobEnd {
  code: number;
  /** The end of its output, in the order in which it came. */
  log: string;
  /** Why it could not be started; null: it ran. */
  notStarted: string | null;
}

const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
/** Exit codes of a shell: a command that is not there, and one that cannot be run. */
const [notFound, notRunnable] = [127, 126];
/** Output that is still under way when the command has ended: until nothing comes for the first time, at most the second. */
const [quietMs, longestMs] = [1_000, 10_000];

/** Runs a command with the standard streams and the signals of this process. Never rejects. */
export async function runJob(command: string, args: readonly string[]): Promise<JobEnd> {
  const child = spawn(command, args, { stdio: ['inherit', 'pipe', 'pipe'] });
  let end = Buffer.alloc(0);
  let lastAt = performance.now();
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from.on('data', (chunk: Buffer) => {
      end = endOf(end, chunk);
      lastAt = performance.now();
    });
    from.on('error', () => {});
    // The reader is gone: the command gets EPIPE, as it would without us.
    to.on('error', () => from.destroy());
    from.pipe(to, { end: false });
  }
  const closed = new Promise<true>((resolve) => child.once('close', () => resolve(true)));
  // A terminal sends SIGINT to the command itself.
  const passed = signals.filter((signal) => signal !== 'SIGINT' || !process.stdin.isTTY);
  const pass = (signal: NodeJS.Signals) => void child.kill(signal);
  for (const signal of passed) process.on(signal, pass);

  const ended = await new Promise<Omit<JobEnd, 'log'>>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'ENOENT' ? notFound : notRunnable;
      resolve({ code, notStarted: `${command} cannot be started: ${error.code ?? error.message}` });
    });
    child.once('exit', (code, signal) =>
      resolve({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), notStarted: null }),
    );
  });
  if (ended.notStarted === null) await output();
  for (const signal of passed) process.off(signal, pass);
  return { ...ended, log: textOf(end) };

  /** A process that the command left behind may hold its output open. */
  async function output(): Promise<void> {
    const until = performance.now() + longestMs;
    for (;;) {
      if ((await Promise.race([closed, sleep(quietMs / 10, false, { ref: false })])) === true) return;
      const now = performance.now();
      const isBlocked = process.stdout.writableNeedDrain || process.stderr.writableNeedDrain;
      if (!isBlocked && (now - lastAt > quietMs || now > until)) break;
    }
    child.stdout.destroy();
    child.stderr.destroy();
  }
}
