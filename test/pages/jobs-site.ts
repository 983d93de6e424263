import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { hashPassword } from '../../src/people/index.ts';
import type { Site } from './browser.ts';
import { startSite } from './start-site.ts';

/** `dir`: a folder in which the file `go` lets "tick" go on from its middle to its end. */
const scriptsIn = (dir: string): Record<string, string> => ({
  'greet.sh': 'printf "\\033[32mHello %s!\\033[0m\\n" "$NAME"\necho "::result {\\"greeted\\":\\"$NAME\\"}"',
  'wait.sh': 'echo begun\nwhile :; do sleep 0.1; done',
  'tick.sh': [
    'i=0; while [ $i -lt 75 ]; do i=$((i + 1)); echo tick $i; done',
    `while [ ! -e '${dir}/go' ]; do sleep 0.1; done`,
    'while [ $i -lt 150 ]; do i=$((i + 1)); echo tick $i; done',
  ].join('\n'),
  'show.sh': 'printf "<%s>\\n" "$TEXT" "$OTHER"',
});
const definitions = `jobs:
  - name: greet
    summary: says hello
    target: process
    file: greet.sh
    arguments:
      NAME: { default: World, pattern: '[\\p{L} ]{1,40}', description: who is greeted }
      COUNT: { type: integer, required: false }
      LANGUAGE: { choices: [en, de], default: en }
      API_KEY: { required: true }
  - { name: wait, target: process, file: wait.sh }
  - { name: tick, target: process, file: tick.sh, who: viewer }
`;
export const viewer = { name: 'linus', password: 'a long password' };

export interface JobsSite extends Site {
  /** Lets the job "tick", which stops after 75 of its 150 lines, write the others. */
  letTickEnd(): Promise<void>;
}

/** The real program with jobs as processes, and a viewer. `isEmpty`: without definitions. */
export async function startJobsSite({ isEmpty = false } = {}): Promise<JobsSite> {
  const dir = await mkdtemp(join(tmpdir(), 'ultronex-jobs-page-'));
  const [bin, jobs, users] = [join(dir, 'bin'), join(dir, 'jobs'), join(dir, 'users.yaml')];
  await Promise.all([mkdir(bin), mkdir(jobs)]);
  for (const [name, script] of Object.entries(scriptsIn(dir))) {
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  if (!isEmpty) await writeFile(join(jobs, 'my.yaml'), definitions);
  const hash = await hashPassword(viewer.password);
  await writeFile(users, `users:\n  - { name: ${viewer.name}, password: '${hash}', role: viewer }\n`);
  await chmod(users, 0o600);
  const site = await startSite({ JOBS_BIN: bin, JOBS_DIR: jobs, USERS_FILE: users });
  return {
    ...site,
    letTickEnd: () => writeFile(join(dir, 'go'), ''),
    async stop() {
      await site.stop();
      await rm(dir, { recursive: true });
    },
  };
}

/** A line as an event of the log. */
export const line = (number: number, text: string) => `id: ${number}\ndata: ${text}\n\n`;
export const event = (name: string, data: unknown, id = '') =>
  `${id === '' ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Answers the page's request for a log. */
export async function serveLog(page: Page, body: string): Promise<void> {
  const answer = { contentType: 'text/event-stream', body };
  await page.route(/\/ultronex\/jobs\/[^/]+\/logs/, (route) => route.fulfill(answer));
}
