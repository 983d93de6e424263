/** From the start of the process to its first answer, and what it holds in memory two seconds later, with nothing to do. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { startFakeSlack } from './fake-slack.ts';
import { prepareNode24 } from './node24.ts';
import { end, freePort, login, memory, pinned, root, type Summary, summarize, tempDir } from './support.ts';

export interface Row {
  node: string;
  workspace: 'simulator' | 'Slack';
  /** Milliseconds from spawn to the heartbeat's answer. */
  answersMs: Summary;
  /** MiB, 2 s after that answer: all of it, and without the files' own pages. */
  rss: Summary;
  anonymous: Summary;
}

export async function run({ rounds = 7 } = {}): Promise<Row[]> {
  const here = { node: process.execPath, dir: root };
  const machines = [here, prepareNode24()].filter((each) => each !== null);
  const fake = await startFakeSlack();
  const workspaces: [Row['workspace'], Record<string, string>][] = [
    ['simulator', {}],
    ['Slack', fake.env],
  ];
  try {
    const rows = machines.flatMap(({ node, dir }) =>
      workspaces.map(([workspace, env]) => ({ node, dir, workspace, env })),
    );
    const results = rows.map((): Started[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [index, { node, dir, env }] of rows.entries()) results[index]?.push(await startOnce(node, dir, env));
    }
    return rows.map(({ workspace }, index) => {
      const all = results[index] ?? [];
      const of = (field: 'answersMs' | 'rss' | 'anonymous') => summarize(all.map((each) => each[field]));
      return {
        node: all[0]?.version ?? '',
        workspace,
        answersMs: of('answersMs'),
        rss: of('rss'),
        anonymous: of('anonymous'),
      };
    });
  } finally {
    await fake.stop();
  }
}

interface Started {
  version: string;
  answersMs: number;
  rss: number;
  anonymous: number;
}

async function startOnce(node: string, dir: string, env: Record<string, string>): Promise<Started> {
  const data = tempDir();
  const port = await freePort();
  const startedAt = performance.now();
  // What the image runs. `npm start` runs dist/main.js.
  const child = spawn(...pinned(0, node, [join(dir, 'dist/cli/main.js'), 'serve']), {
    cwd: data.path,
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      DATA_DIR: data.path,
      BASIC_AUTH_USERNAME: login.user,
      BASIC_AUTH_PASSWORD: login.password,
      ...env,
    },
    stdio: 'ignore',
  });
  while (!(await answers(port))) {
    if (child.exitCode !== null) throw new Error(`${node} dist/cli/main.js ended with ${child.exitCode}`);
    await sleep(2);
  }
  const answersMs = performance.now() - startedAt;
  await sleep(2_000);
  const held = memory(child.pid as number);
  const version = await versionOf(node);
  await end(child);
  data.remove();
  return { version, answersMs, ...held };
}

/** node:http, for `fetch` itself takes longer the first time than what is measured. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ port, host: '127.0.0.1', path: '/ultronex/heartbeat', agent: false }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 200));
    });
    asked.on('error', () => resolve(false)).end();
  });
}

async function versionOf(node: string): Promise<string> {
  const child = spawn(node, ['--version'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [chunk] = await once(child.stdout, 'data');
  return String(chunk).trim();
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) console.dir(await run(), { depth: 4 });
