import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ended, type Ran } from './command.ts';
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
  child.stdin.end(options.input ?? '');
  return ended(child);
}

export const said = ({ stdout, stderr }: Ran): string => stderr + stdout;
