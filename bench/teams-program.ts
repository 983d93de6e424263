/** The programs that bench/teams.ts measures: the built program with its workspaces, and Bolt's App with as many. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { signingSecret } from './signed-events.ts';
import type { SlackStub } from './slack-stub.ts';
import { freePort, login, root, type Server, startServer, tempDir } from './support.ts';
import { fill, openStore, tokenKeys } from './teams-store.ts';

const heapFile = 'heap.json';
const peers = join(import.meta.dirname, 'peers');

export interface Running extends Server {
  /** Bytes after a collection. */
  heap(): Promise<number>;
}

type Place = { dataDir: string; url?: string };

export async function startUltronex(
  slack: SlackStub,
  { dataDir, url }: Place,
  node = process.execPath,
): Promise<Running> {
  const port = await freePort();
  const env = {
    ...{ PORT: String(port), DATA_DIR: dataDir, BASIC_AUTH_USERNAME: login.user, BASIC_AUTH_PASSWORD: login.password },
    ...{ SLACK_API_URL: slack.apiUrl, SLACK_BOT_TOKEN: 'xoxb-T0-0', SLACK_SIGNING_SECRET: signingSecret },
    ...{ SLACK_CLIENT_ID: '1.1', SLACK_CLIENT_SECRET: 'secret', TOKEN_KEYS: tokenKeys },
    ...{ PUBLIC_URL: `http://127.0.0.1:${port}`, LOG_LEVEL: 'warn' },
    ...(url !== undefined && { DATABASE_URL: url }),
  };
  // What the image runs. `npm start` runs dist/main.js.
  const args = [...heapArgs, join(root, 'dist/cli/main.js'), 'serve'];
  return withHeap(dataDir, { node, args, env, path: '/ultronex/heartbeat', cwd: dataDir, port });
}

export async function startBolt(
  slack: SlackStub,
  teams: number,
  rotates = false,
  node = process.execPath,
): Promise<Running> {
  const data = tempDir();
  const env = { TEAMS: String(teams), SLACK_API_URL: slack.apiUrl, SLACK_SIGNING_SECRET: signingSecret };
  const args = [...heapArgs, join(peers, 'bolt-teams.mjs')];
  return withHeap(data.path, { node, args, env: { ...env, ROTATES: rotates ? '1' : '0' }, path: '/' });
}

const heapArgs = ['--expose-gc', '--require', join(peers, 'heap.cjs')];

async function withHeap(folder: string, start: Parameters<typeof startServer>[0]): Promise<Running> {
  const file = join(folder, heapFile);
  const server = await startServer({ ...start, env: { ...start.env, HEAP_FILE: file } });
  return {
    ...server,
    async heap() {
      rmSync(file, { force: true });
      process.kill(server.pid, 'SIGUSR2');
      for (;;) {
        try {
          return JSON.parse(readFileSync(file, 'utf8')).heapUsed;
        } catch {
          await sleep(10);
        }
      }
    },
  };
}

/** Makes a store with so many workspaces. */
export async function filled(
  at: { dataDir: string } | { url: string },
  teams: number,
  patterns: boolean,
): Promise<void> {
  const store = await openStore(at);
  await fill(store, { teams, patterns });
  await store.close();
}
