import type { Definition } from '../../../src/modules/jobs/definition.ts';

/** A definition of a job on the process target. */
export function definition(more: Partial<Definition> = {}): Definition {
  return {
    ...{ name: 'greet', summary: 'says hello', place: { target: 'process', file: 'greet.sh' } },
    arguments: {
      NAME: { type: 'string', description: '', default: 'World', required: false, pattern: null, choices: null },
    },
    ...{ secrets: {}, timeoutMs: 600_000, concurrency: 2, queue: 20, mostAttempts: 1, schedule: null },
    ...{ notify: null, severity: 'error', mention: null, who: 'operator', file: 'jobs/shop.yaml:3', ...more },
  };
}
