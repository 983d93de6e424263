import { randomUUID } from 'node:crypto';
import { IdempotencyConflict, InvalidRequest, NotFound, WrongState } from '../../../src/domain/errors.ts';
import { isEnded, type Job } from '../../../src/domain/job.ts';
import { type Role, roles } from '../../../src/domain/principal.ts';
import type { Definition } from '../../../src/modules/jobs/definition.ts';
import { JobsFull, NotAllowed } from '../../../src/modules/jobs/errors.ts';
import type { JobAsker, JobRequest, Jobs } from '../../../src/modules/jobs/types.ts';
import type { OutputPage } from '../../../src/ports/job-store.ts';

export function definition(name: string, more: Partial<Definition> = {}): Definition {
  return {
    ...{ name, summary: `does ${name}`, place: { target: 'process', file: name }, secrets: {}, timeoutMs: 600_000 },
    arguments: {
      NAME: {
        ...{
          type: 'string',
          description: 'who',
          default: 'World',
          required: false,
          pattern: '[a-zA-Z ]+',
          choices: null,
        },
      },
    },
    ...{ concurrency: 1, queue: 20, mostAttempts: 1, schedule: null, notify: null, severity: 'warning', mention: null },
    ...{ who: 'operator', file: `jobs/${name}.yaml:1` },
    ...more,
  };
}

const unknown = (id: string) => new NotFound(`There is no job "${id}"; GET /ultronex/jobs lists them.`);

/** Jobs in memory: a test says when they change. It checks roles and idempotency, as the service does. */
export function createFakeJobs() {
  const stored = new Map<string, Job>();
  const output = new Map<string, { lines: OutputPage['lines']; last: number; cut: OutputPage['cut'] }>();
  const keys = new Map<string, { id: string; fingerprint: string }>();
  const listeners = new Set<{ id: string; run: () => void }>();
  const asked: { request: JobRequest; by: JobAsker }[] = [];
  const state = {
    definitions: [definition('greet'), definition('look', { who: 'viewer' }), definition('wipe', { who: 'admin' })],
    full: false,
    /** The furthest line from which output was read. */
    readTo: 0,
  };

  const wake = (id: string) => {
    for (const listener of [...listeners]) if (listener.id === id) listener.run();
  };
  function change(id: string, by: Partial<Job>): Job {
    const job = stored.get(id);
    if (job === undefined) throw unknown(id);
    const next = { ...job, ...by, revision: job.revision + 1 };
    stored.set(id, next);
    wake(id);
    return next;
  }
  function checkRole(least: Role, { role }: JobAsker): void {
    if (roles.indexOf(role) < roles.indexOf(least)) throw new NotAllowed(`This job needs the role ${least}.`);
  }
  const leastOf = (name: string | null) => state.definitions.find((each) => each.name === name)?.who ?? 'operator';

  const jobs: Jobs = {
    definitions: () => state.definitions,
    targets: () => ['process'],
    async plan(request, by) {
      asked.push({ request, by });
      const found = state.definitions.find(({ name }) => name === request.name);
      if (request.name !== null && found === undefined) throw new NotFound(`There is no job "${request.name}".`);
      checkRole(leastOf(request.name), by);
      if (state.full) throw new JobsFull('20 runs wait already.');
      const place = found?.place ?? request.place;
      if (place === undefined) throw new InvalidRequest('target', 'target is required');
      const job: Job = {
        ...{
          id: randomUUID(),
          team: 'T1',
          name: request.name,
          place,
          secrets: [],
          timeoutMs: request.timeoutMs ?? 600_000,
        },
        arguments: Object.fromEntries(Object.entries(request.arguments).map(([name, value]) => [name, String(value)])),
        ...{ state: 'queued', handle: null, cursor: null, exitCode: null, reason: null, result: null, by: by.actor },
        ...{ plannedAt: null, attempt: 1, mostAttempts: 1, createdAt: Date.now(), startedAt: null, endedAt: null },
        ...{ stopAsked: null, card: null, told: true, trace: by.trace, revision: 1 },
      };
      return job;
    },
    async planStop(id, by) {
      const job = await jobs.find(id);
      checkRole(leastOf(job.name), by);
      if (isEnded(job)) throw new WrongState(`The job ${id} has ended.`);
      return { ...job, stopAsked: { by: by.actor, at: Date.now() } };
    },
    async submit(request, by, key) {
      const known = key === null ? undefined : keys.get(key.key);
      if (known !== undefined) {
        if (known.fingerprint !== key?.fingerprint) throw new IdempotencyConflict('Idempotency-Key', 'used before');
        return { job: await jobs.find(known.id), duplicate: true };
      }
      const job = await jobs.plan(request, by);
      stored.set(job.id, job);
      output.set(job.id, { lines: [], last: 0, cut: null });
      if (key !== null) keys.set(key.key, { id: job.id, fingerprint: key.fingerprint });
      return { job, duplicate: false };
    },
    stop: async (id, by) => change(id, { stopAsked: (await jobs.planStop(id, by)).stopAsked }),
    async find(id) {
      const job = stored.get(id);
      if (job === undefined) throw unknown(id);
      return job;
    },
    async list({ states, name }, cursor, limit) {
      const all = [...stored.values()]
        .reverse()
        .filter((each) => (states?.includes(each.state) ?? true) && (name === undefined || each.name === name));
      const from = Number(cursor ?? 0);
      return { items: all.slice(from, from + limit), next: all.length > from + limit ? String(from + limit) : null };
    },
    async output(id, after, limit) {
      const { lines, last, cut } = output.get(id) ?? { lines: [], last: 0, cut: null };
      if (after < last) state.readTo = Math.max(state.readTo, after);
      const page: OutputPage['lines'] = [];
      let bytes = 0;
      for (const line of lines.filter(({ number }) => number > after).slice(0, limit)) {
        bytes += Buffer.byteLength(line.text);
        // As a store's pages: 256 KiB, at least one line.
        if (bytes > 262_144 && page.length > 0) break;
        page.push(line);
      }
      return { lines: page, last, cut };
    },
    async wait(id, ms, signal) {
      for (const end = Date.now() + ms; ; ) {
        const job = await jobs.find(id);
        if (isEnded(job) || Date.now() >= end || signal?.aborted) return job;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    watch(id, run) {
      const listener = { id, run };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    runName: ({ handle }) => (handle === null ? null : `pid ${handle}`),
  };

  return {
    ...jobs,
    asked,
    state,
    change,
    listeners,
    write(id: string, ...texts: string[]): void {
      const kept = output.get(id);
      if (kept === undefined) throw unknown(id);
      for (const text of texts) kept.lines.push({ number: ++kept.last, at: Date.now(), text });
      wake(id);
    },
    /** Drops lines from the middle, as a store does that keeps the beginning and the end. */
    cut(id: string, from: number, to: number, bytes: number): void {
      const kept = output.get(id);
      if (kept === undefined) throw unknown(id);
      kept.lines = kept.lines.filter(({ number }) => number < from || number > to);
      kept.cut = { from, to, bytes };
    },
    end: (id: string, by: Partial<Job> = {}) => {
      const now = Date.now();
      return change(id, { state: 'succeeded', exitCode: 0, startedAt: now - 1_500, endedAt: now, ...by });
    },
  };
}
