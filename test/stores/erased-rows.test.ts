import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import type { Store } from '../../src/ports/store.ts';
import { slashToCommand } from '../../src/slack/commands.ts';
import { submissionToCommand } from '../../src/slack/forms.ts';
import { createPostgresStore } from '../../src/stores/postgres/open.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { createSqliteStore } from '../../src/stores/sqlite/store.ts';
import { type ManualClock, manualClock } from '../support/clock.ts';
import { newDelivery } from '../support/deliveries.ts';
import { incident } from '../support/incidents.ts';
import { installationOf } from '../support/installations.ts';
import { job } from '../support/jobs.ts';
import { incoming } from '../support/messages.ts';
import { openTestDatabase } from '../support/postgres.ts';
import { tempDir } from '../support/temp.ts';
import { tokenOf } from '../support/tokens.ts';

const database = await openTestDatabase('the rows that an erase leaves');
const team = 'TERASED9';
/** Tables that cannot name a team. A new table is either listed here or filled below. */
const ofNoTeam = ['digests', 'event_order', 'marks', 'meta', 'module_state', 'rollups', 'versions'];

/** Rows with the team's id in any column, by their table. */
type Rows = Record<string, unknown[]>;

async function fill(store: Store, now: number): Promise<void> {
  await store.saveWorkspace(installationOf({ team }));
  await store.install(team);
  await store.lease(`token:${team}`, now, 30_000);
  const asker = { team, user: 'U1', channel: 'C1', isPrivate: true, trace: 't' };
  const subscription = { id: 's1', team, user: 'U1', pattern: 'p', channel: null, createdAt: 1 };
  await store.accept({
    key: `${team}:C1:1.1`,
    deliveries: [newDelivery(now, { team, text: team, attachments: [{ blob: `blob ${team}`, name: 'a' }] })],
    blobs: [{ id: `blob ${team}`, bytes: Buffer.from('x') }],
    scan: incoming({ team }),
    events: [{ id: 'event 1', team, body: '{}' }],
    counts: { team, by: { total_msg_count: 3 } },
    effects: [{ id: 'effect', name: 'x', argument: '', asker }],
    audit: [{ ...entryOf(now), team }],
  });
  await store.accept({
    changes: [
      { type: 'subscribe', subscription },
      { type: 'mute', mute: { team, user: 'U1', until: null } },
    ],
  });
  await store.accept({ jobs: [job({ team })] });
  await store.addOutput(job({ team }).id, [{ at: now, text: team }], null);
  const history = [{ at: now, kind: 'opened' as const, actor: { kind: 'program' as const, name: '' }, text: team }];
  await store.accept({ incidents: [{ incident: incident({ team }), history }] });
  await store.createToken(tokenOf({ id: 'token', name: 'acme', hash: 'hash', team }), now);
  await store.orderEvents(10);
  await store.accept({ events: [{ id: 'event 2', team, body: '{}' }] });
  const slash = {
    team_id: team,
    channel_id: 'C1',
    user_id: 'U1',
    command: '/ultronex',
    text: 'help',
    trigger_id: 'tr',
  };
  const view = { id: 'V1', private_metadata: '{"command":"run greet","channel":"C1"}' };
  const form = { user: { id: 'U1' }, team: { id: team } };
  for (const command of [slashToCommand(slash, 'e'), submissionToCommand(form, view)]) {
    await store.accept({ key: command?.key ?? '', deliveries: [newDelivery(now, { team })] });
  }
  await store.accept({ key: `idempotency:${team}:k`, fingerprint: 'f' });
}

const entryOf = (at: number) => ({
  ...{ id: `audit ${at}`, at, actor: { kind: 'user' as const, name: 'ultronex' }, source: '127.0.0.1', target: team },
  ...{ action: 'workspace remove', outcome: 'done' as const, detail: '', requestId: '' },
});

function count(store: Store): void {
  store.count(team, 'total_msg_count');
  store.countError(team, 'account_inactive');
}

async function erases(clock: ManualClock, stores: [Store, Store], rows: () => Promise<Rows>): Promise<void> {
  const [store, other] = stores;
  const now = clock.now();
  await fill(store, now);
  const [claimed] = await other.claim(now, 30_000, 1);
  assert.ok(claimed);
  count(store);
  await clock.advance(1_000);
  for (const each of stores) count(each);
  const before = await rows();
  const without = Object.keys(before).filter((table) => before[table]?.length === 0 && !ofNoTeam.includes(table));
  assert.deepEqual(without, [], 'each table has rows of the team');

  await store.eraseTeam(team);
  await store.writeAudit(entryOf(now + 1));
  const slack = { channel: 'C1', ts: '1.1', permalink: null };
  const { delivery, tat } = claimed;
  await other.settle(delivery, { to: 'sent', slack, uploaded: 0, readyAt: now, tat }, now);
  for (const each of stores) count(each);
  await other.accept({ counts: { team, by: { total_msg_count: 1 } } });
  await clock.advance(1_000);
  for (const each of stores) await each.close();
  const left = Object.entries(await rows()).filter(([, found]) => found.length > 0);
  assert.deepEqual(
    left.map(([table, found]) => [table, found.length]),
    [['audit', 1]],
    JSON.stringify(left),
  );
}

test('of an erased team no table of SQLite has a row, but for the entry of its removal', async (t) => {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const open = (owner: string) => createSqliteStore({ file, owner, clock, coalesceMs: 0, onError: assert.ifError });
  const stores: [Store, Store] = [await open('a'), await open('b')];
  await erases(clock, stores, async () => {
    const db = openDatabase(file);
    const tables = db.prepare<[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
    const own = tables.filter((name) => !name.startsWith('sqlite_'));
    const found = own.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).all()] as const);
    db.close();
    return Object.fromEntries(found.map(([name, rows]) => [name, rows.filter((row) => isOfTeam(name, row))]));
  });
});

if (database !== null) {
  after(() => database.close());

  test('of an erased team no table of PostgreSQL has a row, but for the entry of its removal', async () => {
    const clock = manualClock();
    const schema = database.newSchema();
    const { url } = database;
    const open = (owner: string) =>
      createPostgresStore({ url, schema, owner, clock, isServerClock: false, onError: assert.ifError });
    const stores: [Store, Store] = [await open('a'), await open('b')];
    await erases(clock, stores, async () => {
      const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` });
      await client.connect();
      const { rows: tables } = await client.query('SELECT tablename FROM pg_tables WHERE schemaname = $1', [schema]);
      const found: Rows = {};
      for (const { tablename } of tables) {
        const { rows } = await client.query(`SELECT * FROM ${tablename}`);
        found[tablename] = rows.filter((row) => isOfTeam(tablename, row));
      }
      await client.end();
      return found;
    });
  });
}

/** All events here are the team's, whether their keys say so or not. */
const isOfTeam = (table: string, row: unknown): boolean => table === 'events' || JSON.stringify(row).includes(team);
