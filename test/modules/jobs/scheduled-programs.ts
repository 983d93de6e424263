import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pino from 'pino';
import type { Clock } from '../../../src/domain/clock.ts';
import type { Definition } from '../../../src/modules/jobs/definition.ts';
import { JobsFull } from '../../../src/modules/jobs/errors.ts';
import { createScheduled } from '../../../src/modules/jobs/scheduled.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { job } from '../../support/jobs.ts';
import { tempDir } from '../../support/temp.ts';
import { definition } from './definition.ts';

export const hour = 3_600_000;
/** Every full hour. */
export const hourly: NonNullable<Definition['schedule']> = {
  ...{ cron: '0 * * * *', timezone: 'UTC' },
  nextAfter: (at) => (Math.floor(at / hour) + 1) * hour,
};

/**
 * Programs on a store that follow a schedule of every hour.
 * @param openStore opens the store of a further program; absent: a SQLite file
 */
export async function scheduledPrograms(t: TestContext, openStore?: (clock: Clock) => Promise<Store>) {
  const clock = manualClock(1_700_000_000_000 - (1_700_000_000_000 % hour) + 60_000);
  const file = join(tempDir(t), 'u.db');
  const definitions = new Map([['report', definition({ name: 'report', schedule: hourly, notify: '#ops' })]]);
  const faults = { isFull: false };
  async function program() {
    const options = { file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError };
    const store = openStore === undefined ? await createSqliteStore(options) : await openStore(clock);
    t.after(() => store.close());
    const round = createScheduled({
      ...{ store, definitions: () => definitions, team: () => 'T1', channelOf: (written: string) => written },
      log: pino({ level: 'silent' }),
      stamp: () => ({ newId: randomUUID, now: clock.now(), ttlMs: hour }),
      async plan({ name }, _by, { plannedAt }) {
        if (faults.isFull) throw new JobsFull('All places are taken.');
        return job({ id: randomUUID(), name, plannedAt, told: false });
      },
    });
    const planned = async () =>
      (await store.jobs({ team: 'T1' }, null, 100)).items.map(({ plannedAt }) => (plannedAt ?? 0) / hour).sort();
    const messages = async () => (await store.deliveries({}, null, 10)).items.map(({ text }) => text);
    return { store, round, planned, messages };
  }
  const first = clock.now() - 60_000;
  return { clock, definitions, faults, program, hourOf: (after: number) => first / hour + after };
}
