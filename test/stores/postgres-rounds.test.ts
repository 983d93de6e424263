import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, it } from 'node:test';
import type { Clock } from '../../src/domain/clock.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { openIncidents, signal } from '../modules/incidents/support.ts';
import { hour, scheduledPrograms } from '../modules/jobs/scheduled-programs.ts';
import { openTestDatabase } from '../support/postgres.ts';

const database = await openTestDatabase('schedules, digests and reminders of several instances');
if (database !== null) {
  after(() => database.close());

  /** Each call opens the store of a further instance, on the same schema. */
  function sharedStore() {
    const schema = database?.newSchema() ?? '';
    return (clock: Clock) =>
      createPostgresStore({
        ...{ url: database?.url ?? '', schema, owner: randomUUID(), clock },
        isServerClock: false,
        onError: assert.ifError,
      });
  }

  describe('instances on PostgreSQL that make their rounds at the same moment', () => {
    it('run each planned time of a schedule once', async (t) => {
      const { clock, program, hourOf } = await scheduledPrograms(t, sharedStore());
      const all = [await program(), await program(), await program()];
      const rounds = () => Promise.all([...all, ...all].map(({ round }) => round()));
      await rounds();
      for (let hours = 1; hours <= 5; hours += 1) {
        clock.skip(hour);
        await rounds();
      }
      const [one] = all;
      assert.deepEqual(await one?.planned(), [1, 2, 3, 4, 5].map(hourOf));
      assert.deepEqual(await one?.messages(), [], 'none was missed');
    });

    it('post the digest of a day once, also when each takes itself for the one that may', async (t) => {
      const openStore = sharedStore();
      const { clock, incidents, program, messages, ...one } = await openIncidents(t, { openStore, digestAt: '08:30' });
      const two = await program();
      clock.skip(Date.parse('2026-03-27T08:29:00Z') - clock.now());
      await incidents.signal(signal('firing', { at: clock.now() }));
      const digests = async () => (await messages()).filter(({ text }) => text.startsWith(':sunrise:')).length;
      await Promise.all([one, two].map(({ upkeep }) => upkeep()));
      clock.skip(120_000);
      await Promise.all([one, two].map(({ upkeep }) => upkeep()));
      assert.equal(await digests(), 1);
      clock.skip(24 * hour);
      await Promise.all([one, two].map(({ digest }) => digest.post(clock.now())));
      assert.equal(await digests(), 2);
    });

    it('remind of an incident once in each period', async (t) => {
      const openStore = sharedStore();
      const { clock, incidents, program, messages, sendAll, ...one } = await openIncidents(t, { openStore });
      const two = await program();
      await incidents.signal(signal('firing', { at: clock.now() }));
      await sendAll();
      const reminders = async () => {
        await Promise.all([one, two].map(({ upkeep }) => upkeep()));
        await sendAll();
        return (await messages()).filter(({ text }) => text.includes('nobody is on it')).length;
      };
      assert.equal(await reminders(), 0);
      for (const count of [1, 2]) {
        clock.skip(4 * hour);
        assert.deepEqual([await reminders(), await reminders()], [count, count]);
      }
    });
  });
}
