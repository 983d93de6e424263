import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { createPostgresStore } from '../../src/stores/index.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { eventually } from '../support/program.ts';
import { hourMs, setUp } from './install-support.ts';

const database = await openTestDatabase('token rotation by two programs');

describe('token rotation by two programs on one PostgreSQL', { skip: database === null }, () => {
  after(() => database?.close());

  test('each refresh token is used once, whoever comes first, also when one program restarts in between', async (t) => {
    assert.ok(database);
    const schema = database.newSchema();
    const { clock, slack, store, newStore, open, refreshCalls } = await setUp(t, (given) =>
      createPostgresStore({
        ...{ url: database.url, schema, owner: randomUUID(), clock: given, isServerClock: false },
        onError: assert.ifError,
      }),
    );
    slack.oauth.rotate(12 * 3_600);
    const one = open(store);
    const otherStore = await newStore();
    let other = open(otherStore);
    const teams = ['T2', 'T3', 'E1'];
    for (const team of teams) await one.arriveAt(team);
    const held = await Promise.all(teams.map((team) => other.find(team, null)));
    const rounds = 6;
    for (let round = 1; round <= rounds; round += 1) {
      await clock.advance(10 * hourMs);
      await Promise.all([one.upkeep(), other.upkeep(), one.upkeep(), other.upkeep()]);
      // The leases of the first come to their end, and nothing is left to do.
      await clock.advance(60_000);
      await Promise.all([one.upkeep(), other.upkeep()]);
      assert.equal(refreshCalls().length, round * teams.length);
      if (round === 3) {
        await other.stop();
        await otherStore.close();
        other = open(await newStore());
        held.splice(0, held.length, ...(await Promise.all(teams.map((team) => other.find(team, null)))));
      }
    }
    const refused = refreshCalls().filter(({ error }) => error !== undefined);
    assert.deepEqual(refused, [], 'no refresh token was used twice');
    const used = refreshCalls().map(({ args }) => args.refresh_token);
    assert.equal(new Set(used).size, used.length);
    // The database notifies the other program, which takes real time.
    await eventually('the new tokens in the other program', () =>
      held.every((each, at) => each?.token() === slack.team(teams[at]).botToken),
    );
    assert.deepEqual(one.counts(), { all: 3, troubled: 0, unopened: 0 });
  });
});
