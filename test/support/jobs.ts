import type { Job } from '../../src/domain/job.ts';

/** A queued job of the team T1 on the process target. */
export function job(more: Partial<Job> = {}): Job {
  return {
    ...{ id: '5f0c2a52-0b53-4c3c-9c0a-6f5d1c7e0a11', team: 'T1', name: 'greet' },
    ...{ place: { target: 'process', file: 'greet.sh' }, arguments: { NAME: 'Ada' }, secrets: ['API_KEY'] },
    ...{ timeoutMs: 600_000, state: 'queued', handle: null, cursor: null, exitCode: null, reason: null, result: null },
    ...{ by: { kind: 'user', name: 'ada' }, plannedAt: null, attempt: 1, mostAttempts: 1 },
    ...{ createdAt: 0, startedAt: null, endedAt: null, stopAsked: null, card: null, told: true, trace: 't' },
    ...{ revision: 0, ...more },
  };
}
