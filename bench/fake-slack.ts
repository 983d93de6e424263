import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Core, end, pinned } from './support.ts';

export interface FakeSlack {
  /** Settings of the program that make it its Slack. */
  env: Record<'SLACK_API_URL' | 'SLACK_BOT_TOKEN' | 'SLACK_APP_TOKEN', string>;
  pid: number;
  /** Asks `/_ctl/NAME` (test/fakes/slack/control.ts). */
  ask(name: string, body?: object): Promise<unknown>;
  stop(): Promise<void>;
}

/** The tests' fake Slack as a process, on core 1 unless another is named: there the load is. */
export async function startFakeSlack(core: Core = 1): Promise<FakeSlack> {
  const folder = join(import.meta.dirname, '..');
  const cli = join(folder, 'test/fakes/slack/cli.ts');
  const child = spawn(...pinned(core, process.execPath, ['--import', 'tsx', cli, '--port', '0']), {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { apiUrl, controlUrl, appToken, teams } = JSON.parse(line);
  return {
    env: { SLACK_API_URL: apiUrl, SLACK_BOT_TOKEN: teams[0].botToken, SLACK_APP_TOKEN: appToken },
    pid: child.pid as number,
    async ask(name, body) {
      const post = { method: 'POST', body: JSON.stringify(body) };
      const response = await fetch(controlUrl + name, body === undefined ? {} : post);
      const answer = await response.text();
      if (!response.ok) throw new Error(`the fake Slack refused ${name}: ${answer}`);
      return JSON.parse(answer);
    },
    stop: () => end(child),
  };
}
