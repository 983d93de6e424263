import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pino from 'pino';
import { type Asked, createCommands, type NamedAnswer } from '../../../src/commands/index.ts';
import { InvalidRequest, NotFound, UltronexError, WrongState } from '../../../src/domain/errors.ts';
import { isEnded } from '../../../src/domain/job.ts';
import { roles } from '../../../src/domain/principal.ts';
import { createJobCommands } from '../../../src/modules/jobs/commands.ts';
import type { ArgumentRule, Definition } from '../../../src/modules/jobs/definition.ts';
import { createJobCards } from '../../../src/modules/jobs/slack-card.ts';
import type { Jobs } from '../../../src/modules/jobs/types.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { fakeTools } from '../../commands/fake-tools.ts';
import { manualClock } from '../../support/clock.ts';
import { job } from '../../support/jobs.ts';
import { tempDir } from '../../support/temp.ts';

class Refused extends UltronexError {
  override readonly status = 403;
}

export const rule = (more: Partial<ArgumentRule> = {}): ArgumentRule => ({
  ...{ type: 'string', description: '', default: null, required: false, pattern: null, choices: null },
  ...more,
});

export function definition(name: string, more: Partial<Definition> = {}): Definition {
  return {
    ...{ name, summary: `does ${name}`, place: { target: 'process', file: name }, secrets: {}, timeoutMs: 600_000 },
    ...{ arguments: {}, concurrency: 1, queue: 20, mostAttempts: 1, schedule: null, notify: null, mention: null },
    ...{ severity: 'warning', who: 'operator', file: `jobs/${name}.yaml:1`, ...more },
  };
}

export const definitions = [
  definition('greet', {
    summary: 'says hello',
    who: 'viewer',
    arguments: {
      NAME: rule({ default: 'World', pattern: '[\\p{L} ]{1,40}', description: 'Who is greeted.' }),
      TIMES: rule({ type: 'integer' }),
    },
  }),
  definition('wipe', { who: 'admin' }),
  definition('deploy', {
    arguments: {
      TO: rule({ required: true, choices: ['staging', 'production'] }),
      DRY: rule({ type: 'boolean', default: 'false' }),
      API_KEY: rule(),
    },
  }),
];

/** The service of jobs as far as commands use it, on a store. */
export function jobsOn(
  store: Store,
  now: () => number,
): Pick<Jobs, 'definitions' | 'plan' | 'planStop' | 'find' | 'list'> {
  async function find(id: string) {
    const found = await store.job('T1', id);
    if (found === null) throw new NotFound(`There is no job with the id ${id}.`);
    return found;
  }
  return {
    definitions: () => definitions,
    async plan({ name, place, arguments: given, timeoutMs = 600_000 }, by, { card } = {} as { card?: string }) {
      const found = definitions.find((each) => each.name === name);
      const who = found?.who ?? 'operator';
      if (roles.indexOf(by.role) < roles.indexOf(who))
        throw new Refused(`The job ${name} needs the role ${who}; yours is ${by.role}.`);
      for (const [key, value] of Object.entries(given)) {
        if (found !== undefined && !(key in found.arguments))
          throw new InvalidRequest(key, `${name} has no argument ${key}.`);
        if (key === 'NAME' && /[<>]/.test(String(value)))
          throw new InvalidRequest('NAME', `NAME "${value}" does not match [\\p{L} ]{1,40}.`);
      }
      if (name === 'deploy' && given.TO === undefined) throw new InvalidRequest('TO', 'deploy needs TO.');
      const what = { name, place: found?.place ?? place ?? { target: 'process' as const, file: 'x' } };
      const { actor, trace } = by;
      const arguments_ = given as Record<string, string>;
      return job({
        id: randomUUID(),
        ...what,
        arguments: arguments_,
        secrets: [],
        timeoutMs,
        by: actor,
        trace,
        card,
        createdAt: now(),
      });
    },
    find,
    async planStop(id, by) {
      const found = await find(id);
      if (by.role === 'viewer') throw new Refused('To stop a job needs the role operator; yours is viewer.');
      if (isEnded(found)) throw new WrongState(`The job ${id} has ended: ${found.state}.`);
      return found.stopAsked === null ? { ...found, stopAsked: { by: by.actor, at: now() } } : found;
    },
    list: (filter, cursor, limit) => store.jobs({ ...filter, team: 'T1' }, cursor, limit),
  };
}

export async function openJobs(t: TestContext) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const openStore = async () => {
    const store = await createSqliteStore({ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError });
    t.after(() => store.close());
    return store;
  };
  const store = await openStore();
  const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: 86_400_000 });
  const names = { user: (id: string) => (id === 'U1' ? 'ada' : null), channel: () => null };
  const state = { leads: true };
  const cardsOn = (of: Store) =>
    createJobCards({
      ...{ store: of, leads: () => state.leads, team: () => 'T1', names, stamp, log: pino({ level: 'silent' }) },
    });
  const cards = cardsOn(store);
  cards.start();
  const commands = createCommands(
    createJobCommands({ jobs: jobsOn(store, clock.now), cardOf: cards.cardOf, names, stamp, hasForms: true, store }),
  );

  /** Runs a command and commits it, as the pipeline does. */
  async function say(text: string, more: Partial<Asked> = {}): Promise<NamedAnswer> {
    const asked = { team: 'T1', user: 'U1', channel: 'C1', role: 'operator', now: clock.now() } as const;
    const answer = await commands.run(text, { isMember: async () => true, ...asked, ...more }, fakeTools());
    const { jobs, edits, deliveries, state, audit } = answer;
    await store.accept({ jobs, edits, deliveries, state, audit });
    return answer;
  }
  const audit = async () =>
    (await store.auditEntries({}, null, 50)).items.map((each) => [each.action, each.target, each.outcome]).reverse();
  const messages = async () => (await store.deliveries({}, null, 50)).items.reverse();
  const newest = async () => {
    const [first] = (await store.jobs({ team: 'T1' }, null, 1)).items;
    assert.ok(first !== undefined);
    return first;
  };
  return { clock, store, openStore, cards, cardsOn, commands, say, audit, messages, newest, state };
}
