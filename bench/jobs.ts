/**
 * 200 jobs at once on the target "process", again and again, without the rest of the program: is one lost, does the memory grow, and
 * what does the target add to a bare `spawn`? `node --expose-gc --import tsx bench/jobs.ts [ROUNDS]`
 */
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../src/domain/clock.ts';
import type { Job } from '../src/domain/job.ts';
import type { Target } from '../src/modules/jobs/target.ts';
import { createProcessTarget } from '../src/modules/jobs/targets/process.ts';
import { cpuSeconds, memory, tempDir } from './support.ts';

const atOnce = 200;
const rounds = Number(process.argv[2] ?? 5);

const scripts: Record<string, { text: string; bytes: number }> = {
  'ends at once': { text: 'echo "$ID"; echo "$ID" >>"$DONE"; exit 3', bytes: 37 },
  'writes for 3 s': {
    text: 'echo "$ID"; i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line; sleep 0.1; done; echo "$ID" >>"$DONE"; exit 3',
    bytes: 37 + 150,
  },
  'writes 1 MiB': {
    text: 'echo "$ID"; head -c 1048576 /dev/zero; echo "$ID" >>"$DONE"; exit 3',
    bytes: 37 + 1_048_576,
  },
};

interface Result {
  started: number[];
  whole: number[];
  wrong: number;
}

const data = tempDir();
const bin = join(data.path, 'bin');
const done = join(data.path, 'done');
mkdirSync(bin);
const silent = { warn() {} } as unknown as Parameters<typeof createProcessTarget>[0]['log'];
const folder = join(data.path, 'jobs');
const target = createProcessTarget({ bin, folder, clock: systemClock, log: silent });

try {
  const rows = [];
  for (const [name, { text, bytes }] of Object.entries(scripts)) {
    const file = name.replaceAll(' ', '-');
    writeFileSync(join(bin, file), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, file), 0o755);
    for (const [by, runOne] of [
      ['target', (id: string) => byTarget(target, file, id)],
      ['bare spawn', (id: string) => bySpawn(join(bin, file), id)],
    ] as const) {
      for (let round = 1; round <= rounds; round += 1) {
        rows.push({ job: name, by, round, ...(await runRound(runOne, bytes)) });
      }
    }
  }
  console.table(rows);
} finally {
  data.remove();
}

async function runRound(runOne: (id: string) => Promise<[number, number, number, number]>, bytes: number) {
  writeFileSync(done, '');
  const cpu = cpuSeconds(process.pid);
  const result: Result = { started: [], whole: [], wrong: 0 };
  let peak = 0;
  const sampling = setInterval(() => {
    peak = Math.max(peak, memory(process.pid).rss);
  }, 50);
  const ids = Array.from({ length: atOnce }, () => crypto.randomUUID());
  await Promise.all(
    ids.map(async (id) => {
      const [started, whole, code, size] = await runOne(id);
      result.started.push(started);
      result.whole.push(whole);
      if (code !== 3 || size !== bytes) result.wrong += 1;
    }),
  );
  clearInterval(sampling);
  const lines = readFileSync(done, 'utf8').trim().split('\n');
  (globalThis as { gc?: () => void }).gc?.();
  return {
    lost: ids.filter((id) => !lines.includes(id)).length,
    twice: lines.length - new Set(lines).size,
    wrong: result.wrong,
    'start p50 ms': at(result.started, 0.5),
    'start max ms': at(result.started, 1),
    'whole p50 ms': at(result.whole, 0.5),
    'whole max ms': at(result.whole, 1),
    'CPU s': Number((cpuSeconds(process.pid) - cpu).toFixed(2)),
    'RSS peak MiB': Math.round(peak),
    'RSS after MiB': Math.round(memory(process.pid).rss),
    'heap MiB': Math.round(process.memoryUsage().heapUsed / 1_048_576),
    'files left': readdirSync(folder).length,
    fds: readdirSync('/proc/self/fd').length,
  };
}

async function byTarget(runner: Target, file: string, id: string): Promise<[number, number, number, number]> {
  const begun = performance.now();
  const job = { id, attempt: 1, place: { target: 'process', file }, cursor: null } as Job;
  const handle = await runner.start(job, { ID: id, DONE: done });
  const started = performance.now() - begun;
  let size = 0;
  const output = {
    async write(text: string) {
      size += Buffer.byteLength(text);
    },
  };
  const end = await runner.follow({ ...job, handle }, output, () => {}, new AbortController().signal);
  const whole = performance.now() - begun;
  await runner.remove({ ...job, handle });
  return [started, whole, end.exitCode ?? -1, size];
}

function bySpawn(path: string, id: string): Promise<[number, number, number, number]> {
  const begun = performance.now();
  return new Promise((resolve) => {
    const child = spawn(path, {
      env: { PATH: '/usr/bin:/bin', ID: id, DONE: done },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let started = 0;
    let size = 0;
    child.once('spawn', () => {
      started = performance.now() - begun;
    });
    child.stdout.on('data', (bytes: Buffer) => {
      size += bytes.length;
    });
    child.once('close', (code) => resolve([started, performance.now() - begun, code ?? -1, size]));
  });
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
}
