import { type ChildProcess, spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { shortened } from '../../../../lib/shortened.ts';
import { NotStarted } from '../../target.ts';
import { nameProblem } from '../../variable-names.ts';

/**
 * A constant text for any POSIX shell with `local` (dash, busybox, bash): values come as $1 (JOBS_BIN) and $2 (the file). It uses
 * nothing but the shell's own commands, and no variable that a job could have as an argument.
 * It runs in the folder of the run, so it writes nothing once that is removed. With -C it does not create `pid` again: who
 * creates that file decides whether the job runs. Closing 3 tells the program that `pid` is written. The job runs in a subshell,
 * where the traps are gone. At last it ends what is left of its group, itself included: no pid can be taken for another then.
 */
export const wrapperText = `
trap : HUP INT QUIT TERM
set -C
begin() {
  local stat
  read -r stat <"/proc/$$/stat" && echo "$stat" >pid
}
begin || exit 125
exec 3>&-
(cd "$1" && unset PWD OLDPWD SHLVL && exec "$2") 2>&1
echo "$?" 1<>exit
kill -s KILL 0
`;

/** @throws NotStarted that names the variable which a job may not have, and never its value */
export function checkEnvironment(env: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(env)) {
    const problem = nameProblem(name);
    if (problem !== null) throw new NotStarted(`${JSON.stringify(shortened(name))}: ${problem}.`, false);
    if (value.includes('\0')) throw new NotStarted(`The value of ${name} has the character NUL; leave it out.`, false);
  }
}

const usualPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variables of every job, in place of the program's own. `node` is the one that runs the program. */
export function baseEnvironment(): Record<string, string> {
  const node = dirname(process.execPath);
  return {
    PATH: usualPath.split(':').includes(node) ? usualPath : `${node}:${usualPath}`,
    LANG: 'C.UTF-8',
    HOME: homedir(),
    TZ: Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
  };
}

export interface Launch {
  bin: string;
  /** Path of the executable file. */
  file: string;
  folder: string;
  /** File descriptor of the output. */
  output: number;
  /** The whole environment. */
  env: Readonly<Record<string, string>>;
}

/** Starts the wrapper. Resolves when it has written `pid` or has ended. @throws an error of spawn: E2BIG, EAGAIN … */
export function launch({ bin, file, folder, output, env }: Launch): Promise<ChildProcess> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', wrapperText, 'ultronex-job', bin, file], {
      ...{ cwd: folder, env, detached: true },
      // The shell's own messages ("Terminated") are none of the job's output.
      stdio: ['ignore', output, 'ignore', 'pipe'],
    });
    child.once('error', reject);
    // The program may end while the job runs.
    child.unref();
    const pipe = child.stdio[3];
    if (pipe === null || pipe === undefined) return;
    pipe.once('close', () => resolve(child));
    // A wrapper that is killed may reset the connection.
    pipe.once('error', () => {});
    (pipe as NodeJS.ReadableStream).resume();
  });
}
