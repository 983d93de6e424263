import type { ModuleCommand } from '../module.ts';

/** The module's commands; what they do is loaded when they run. */
export const jobCommands: readonly ModuleCommand[] = [
  {
    name: 'run',
    summary:
      'Run a job of the running program: prints its output as it comes, and exits with its exit code, or with 1 when it ended in another way. Ctrl-C stops the job; a second one leaves without waiting for its end.',
    usage: '<job> [NAME=value…] [--detach]',
    options: {
      detach: { type: 'boolean', description: 'Print the id of the job and exit; the job goes on.' },
    },
    words: [1, Number.POSITIVE_INFINITY],
    connects: true,
    run: async (given) => (await import('./cli-run.ts')).runJob(given),
  },
  {
    name: 'jobs',
    summary: 'List the newest jobs of the running program: state, exit code, start, duration, who asked.',
    usage: '[--job NAME] [--state STATE] [--limit N] [--json]',
    options: {
      job: { type: 'string', value: 'NAME', description: 'Only runs of this job.' },
      state: { type: 'string', value: 'STATE', description: 'Only jobs in this state: running, failed, unfinished …' },
      limit: { type: 'string', value: 'N', description: 'At most N jobs, 100 at most. Default: 20.' },
      json: { type: 'boolean', description: 'JSON, as GET /ultronex/jobs returns it.' },
    },
    words: [0, 0],
    connects: true,
    run: async (given) => (await import('./cli-jobs.ts')).printJobs(given),
  },
  {
    name: 'jobs check',
    summary: 'Check the files of JOBS_DIR, or the given ones: every mistake with its line.',
    usage: '[file or folder …]',
    options: {},
    words: [0, Number.POSITIVE_INFINITY],
    run: async (given) => (await import('./cli-check.ts')).checkJobFiles(given),
  },
  {
    name: 'jobs log',
    summary: 'Print the output of a job.',
    usage: '<id> [--follow]',
    options: {
      follow: {
        type: 'boolean',
        description: 'Go on until the job ends, and exit as `ultronex run` does. Ctrl-C leaves; the job goes on.',
      },
    },
    words: [1, 1],
    connects: true,
    run: async (given) => (await import('./cli-jobs.ts')).printLog(given),
  },
  {
    name: 'jobs stop',
    summary: 'Stop a job.',
    usage: '<id>',
    options: {},
    words: [1, 1],
    connects: true,
    run: async (given) => (await import('./cli-jobs.ts')).stopJob(given),
  },
];
