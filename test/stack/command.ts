import { type ChildProcess, spawn } from 'node:child_process';

export interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** For stdin, which is empty otherwise. */
  input?: string;
}

/** Runs a command to its end and answers what it said, whatever its exit code. */
export function attempt(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const { cwd, env, input } = options;
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: [stdin, 'pipe', 'pipe'] });
  feed(child, input);
  return ended(child);
}

/** Gives a command its stdin. One that ends without reading it breaks the pipe, which is no failure: its exit code counts. */
export function feed({ stdin }: ChildProcess, input = ''): void {
  stdin?.on('error', () => {}).end(input);
}

/** What a command that was started says until its end. */
export function ended(child: ChildProcess): Promise<Ran> {
  const ran: Ran = { code: 0, stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    ran.stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    ran.stderr += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ ...ran, code: code ?? 1 }));
  });
}

/** The same, but a failure is an error with what the command said. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { code, stdout, stderr } = await attempt(command, args, options);
  if (code !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr}${stdout}`.slice(0, 4_000));
  return stdout;
}
