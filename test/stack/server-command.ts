import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { eventually } from '../support/program.ts';
import { ended, feed, type Ran } from './command.ts';
import { project, repository, type Stack } from './stack.ts';

interface Options {
  input?: string;
  env?: Record<string, string>;
}

/** A command of deploy/bin in the stack's own copy, as somebody on its machine starts it. */
export function start({ folder }: Stack, name: string, args: readonly string[] = [], { env = {} }: Options = {}) {
  return spawn(join(folder, 'deploy/bin', name), args, {
    env: {
      ...process.env,
      COMPOSE_PROJECT_NAME: project,
      COMPOSE_FILE: 'docker-compose.yml:test.yml',
      REPOSITORY: repository,
      ...env,
    },
  });
}

export function runCommand(
  stack: Stack,
  name: string,
  args: readonly string[] = [],
  options: Options = {},
): Promise<Ran> {
  const child = start(stack, name, args, options);
  feed(child, options.input);
  return ended(child);
}

export const said = ({ stdout, stderr }: Ran): string => stderr + stdout;

interface Entry {
  action: string;
  target: string;
  outcome: string;
}

/** The entries of the audit log with these actions, the newest first: `deploy v2 done`. */
export async function recorded(stack: Stack, actions: RegExp): Promise<string[]> {
  // HAProxy lets 300 requests in 10 s through, which a test under load uses up.
  const entries = await eventually(
    'the audit log',
    async () => {
      const { status, json } = await stack.ask('/ultronex/audit?limit=200');
      if (status !== 200) await new Promise((resolve) => setTimeout(resolve, 2_000));
      return status === 200 ? (json.entries as Entry[]) : null;
    },
    60_000,
  );
  return entries
    .filter(({ action }) => actions.test(action))
    .map(({ action, target, outcome }) => `${action} ${target} ${outcome}`);
}
