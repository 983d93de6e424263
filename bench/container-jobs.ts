/**
 * Start of a container job beside `docker run` of the same image and command, in turn: from the call to the first line of its
 * output, and to its end. Needs a Docker engine, dist/ and the image (first argument, debian:trixie-slim).
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { systemClock } from '../src/domain/clock.ts';
import type { Job } from '../src/domain/job.ts';
import { createContainerTarget } from '../src/modules/jobs/targets/container.ts';
import { machine, median, root, tempDir } from './support.ts';

const [image = 'debian:trixie-slim', rounds = '30'] = process.argv.slice(2);
const command = ['echo', 'Hello World!'];
/** As a job has them, for a `docker run` with the same limits. */
const limits = [
  ...['--network', 'none', '--read-only', '--tmpfs', '/tmp', '--memory', '256m', '--memory-swap', '256m'],
  ...['--cpus', '0.5', '--pids-limit', '128', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'],
  ...['--user', '65534:65534', '--init', '--log-driver', 'local'],
];

interface Times {
  first: number;
  end: number;
}

async function dockerRun(options: string[]): Promise<Times> {
  const begun = performance.now();
  const child = spawn('docker', ['run', '--rm', ...options, image, ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await once(child.stdout, 'data');
  const first = performance.now() - begun;
  await exit;
  return { first, end: performance.now() - begun };
}

const folder = tempDir();
const socket = join(folder.path, 'jobs.sock');
const proxy = spawn(process.execPath, [join(root, 'dist/docker-jobs/main.js'), '--listen', socket, '--images', image], {
  stdio: ['ignore', 'ignore', 'pipe'],
});
await once(proxy.stderr, 'data');
const target = createContainerTarget({ url: `unix:${socket}`, folder: folder.path, clock: systemClock });

async function job(): Promise<Times> {
  const begun = performance.now();
  const place = { target: 'container', image, command, network: false, memoryMb: 256, cpus: 0.5 } as const;
  const described = { id: randomUUID(), attempt: 1, cursor: null, timeoutMs: 60_000, place } as unknown as Job;
  const started = { ...described, handle: await target.start(described, {}) };
  let first = 0;
  const write = async () => {
    first ||= performance.now() - begun;
  };
  await target.follow(started, { write }, () => {}, new AbortController().signal);
  const end = performance.now() - begun;
  await target.remove(started);
  return { first, end };
}

const ways: Record<string, () => Promise<Times>> = {
  job,
  'docker run': () => dockerRun([]),
  'docker run, limits as the job': () => dockerRun(limits),
};
const times: Record<string, Times[]> = {};
for (let round = 0; round < Number(rounds); round += 1) {
  for (const [name, run] of Object.entries(ways)) {
    times[name] ??= [];
    times[name].push(await run());
  }
}
console.log(`${machine()}, ${image}, ${rounds} runs each; p50, ms`);
console.table(
  Object.entries(times).map(([name, all]) => ({
    '': name,
    'first line': Math.round(median(all.map(({ first }) => first))),
    end: Math.round(median(all.map(({ end }) => end))),
  })),
);
target.close?.();
proxy.kill();
folder.remove();
