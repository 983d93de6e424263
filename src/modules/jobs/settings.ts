import { Type } from '../../lib/schema.ts';

const image = '[a-z0-9][a-z0-9._/:-]{0,200}(@sha256:[0-9a-f]{64})?';

/** Settings of the module `jobs`. */
export const jobSettings = {
  JOBS_DIR: Type.String({
    description:
      'Folder of jobs that have a name (*.yaml). It is read again after a change; `ultronex jobs check` checks it.',
    default: './jobs',
  }),
  JOBS_BIN: Type.Optional(
    Type.String({
      description:
        'Folder of executable files that jobs may run on this machine, as the program’s own user. Unset: no such jobs.',
      minLength: 1,
    }),
  ),
  DOCKER_JOBS_URL: Type.Optional(
    Type.String({
      description:
        'Unix socket of the process docker-jobs, which runs jobs in containers: unix:/run/docker-jobs/jobs.sock in the stack. Unset: no such jobs.',
      pattern: '^unix:/.+$',
      form: 'unix: and the path of a socket, such as unix:/run/docker-jobs/jobs.sock',
      example: 'unix:/run/docker-jobs/jobs.sock',
    }),
  ),
  JOB_IMAGES: Type.Optional(
    Type.String({
      description: 'Images that jobs in containers may use, as name:tag or name@sha256:…, separated by commas.',
      pattern: `^${image}(\\s*,\\s*${image}){0,99}$`,
      form: 'up to 100 images such as alpine:3.22, separated by commas',
    }),
  ),
  JOB_DAYS: Type.Integer({
    description: 'Days for which ended jobs and their output are kept.',
    minimum: 1,
    maximum: 365,
    default: 14,
  }),
  JOBS_AT_ONCE: Type.Integer({
    description: 'Jobs that run at the same time. Further ones wait.',
    minimum: 1,
    maximum: 500,
    default: 50,
  }),
};
