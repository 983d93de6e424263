import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../src/stores/sqlite/database.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from '../../src/stores/sqlite/rows.ts';
import { migrate, newestVersion } from '../../src/stores/sqlite/schema.ts';
import { createTrackingTable } from '../../src/stores/sqlite/tracking.ts';

/** A store as a program of an older version left it, with the rows that `fill` writes. */
function storeOfVersion(version: number, fill: (db: Database) => void): Database {
  const db = openDatabase(':memory:');
  migrate(db, version);
  fill(db);
  return db;
}

test('a subscription written by version 1 is neither paused nor includes its holder’s own messages', () => {
  const db = storeOfVersion(1, (old) =>
    old.exec("INSERT INTO subscriptions VALUES ('s1', 'T1', 'U1', 'disk full', 'C1', 5)"),
  );
  migrate(db);
  assert.equal(db.pragma('user_version', { simple: true }), newestVersion);
  const table = createTrackingTable(db);
  const before = { id: 's1', team: 'T1', user: 'U1', pattern: 'disk full', channel: 'C1', createdAt: 5 };
  assert.deepEqual(table.snapshot().subscriptions, [before]);

  table.apply({ type: 'pause', ids: ['s1'], reason: 'too slow' });
  assert.deepEqual(table.snapshot().subscriptions, [{ ...before, paused: 'too slow' }]);
  table.apply({ type: 'pause', ids: ['s1'], reason: null });
  assert.deepEqual(table.snapshot().subscriptions, [before]);
  const own = { ...before, id: 's2', pattern: 'mine', includeOwn: true } as const;
  table.apply({ type: 'subscribe', subscription: own });
  assert.deepEqual(table.snapshot().subscriptions, [before, own]);
  db.close();
});

test('the card of a digest written by version 2 shows everything that was merged into it', () => {
  const row = '(id, lane, text, source, trace, created_at, expires_at, updated_at, merged_count, slack_ts)';
  const db = storeOfVersion(2, (old) =>
    old.exec(`INSERT INTO deliveries ${row} VALUES ('sent', 1, 't', 'api', 'x', 1, 2, 3, 4, '1.1'),
      ('waits', 1, 't', 'api', 'x', 1, 2, 3, 4, NULL), ('alone', 1, 't', 'api', 'x', 1, 2, 3, 0, '1.2')`),
  );
  migrate(db);
  const shown = db.prepare('SELECT id, shown FROM deliveries ORDER BY seq').all();
  assert.deepEqual(shown, [
    { id: 'sent', shown: 4 },
    { id: 'waits', shown: 0 },
    { id: 'alone', shown: 0 },
  ]);
  db.close();
});

test('a delivery written by version 3 has no warnings, and takes them', () => {
  const db = storeOfVersion(3, (old) =>
    old.exec(`INSERT INTO lanes (id, team, channel, first_seq) VALUES (1, 'T1', 'C1', 1);
      INSERT INTO deliveries (id, lane, text, source, trace, created_at, expires_at, updated_at)
        VALUES ('d1', 1, 'x', 'api', 't', 1, 2, 1);`),
  );
  migrate(db);
  const read = () => db.prepare<[], DeliveryRow>(`${selectDelivery} WHERE d.id = 'd1'`).all().map(toDelivery)[0];
  assert.deepEqual(read()?.warnings, []);
  db.exec(`UPDATE deliveries SET warnings = '["a.txt: empty_file"]'`);
  assert.deepEqual(read()?.warnings, ['a.txt: empty_file']);
  db.close();
});

test('a delivery of an older version is for everybody in its channel', () => {
  const row = '(id, lane, text, source, trace, created_at, expires_at, updated_at)';
  const db = storeOfVersion(3, (old) =>
    old.exec(`INSERT INTO lanes (id, team, channel) VALUES (1, 'T1', 'C1');
      INSERT INTO deliveries ${row} VALUES ('d1', 1, 't', 'command', 'x', 1, 2, 3)`),
  );
  migrate(db);
  const [before] = db.prepare<[], DeliveryRow>(selectDelivery).all();
  assert.equal(before && toDelivery(before).onlyFor, undefined);
  db.exec("UPDATE deliveries SET only_for = 'U1'");
  const [after] = db.prepare<[], DeliveryRow>(selectDelivery).all();
  assert.equal(after && toDelivery(after).onlyFor, 'U1');
  db.close();
});

test('a delivery written by version 6 has no fields for Slack, and takes them', () => {
  const db = storeOfVersion(6, (old) =>
    old.exec(`INSERT INTO lanes (id, team, channel, first_seq) VALUES (1, 'T1', 'C1', 1);
      INSERT INTO deliveries (id, lane, text, source, trace, created_at, expires_at, updated_at)
        VALUES ('d1', 1, 'x', 'api', 't', 1, 2, 1);`),
  );
  migrate(db);
  const read = () => db.prepare<[], DeliveryRow>(`${selectDelivery} WHERE d.id = 'd1'`).all().map(toDelivery)[0];
  assert.equal(read()?.slackFields, undefined);
  db.exec(`UPDATE deliveries SET slack_fields = '{"username":"CI"}'`);
  assert.deepEqual(read()?.slackFields, { username: 'CI' });
  db.close();
});

test('a store of a newer version is refused with the remedy', () => {
  const db = storeOfVersion(newestVersion, (file) => file.pragma(`user_version = ${newestVersion + 1}`));
  assert.throws(() => migrate(db), /Start the newer program, or restore the backup/);
  db.close();
});

test('a mute written before mutes knew their start keeps its end; a new one knows when it was asked for', () => {
  const db = storeOfVersion(4, (old) => old.exec("INSERT INTO mutes (team, user, until) VALUES ('T1', 'U1', 9)"));
  migrate(db);
  const table = createTrackingTable(db);
  table.apply({ type: 'mute', mute: { team: 'T1', user: 'U2', until: 20 } }, 10);
  table.apply({ type: 'mute', mute: { team: 'T1', user: 'U3', until: null } }, 10);
  assert.deepEqual(table.snapshot().mutes, [
    { team: 'T1', user: 'U1', until: 9 },
    { team: 'T1', user: 'U2', until: 20, since: 10 },
    { team: 'T1', user: 'U3', until: null },
  ]);
  db.close();
});

test('what an older program closed before it had ended is as it stands in Slack', () => {
  const insert = (id: string, state: string, more: string) =>
    `INSERT INTO deliveries (id, lane, open, state, text, source, trace, created_at, expires_at, updated_at, slack_ts, pending)
     VALUES ('${id}', 1, 0, '${state}', 'x', 'api', 't', 1, 2, 3, ${more})`;
  const db = storeOfVersion(7, (old) => {
    old.exec(insert('expired', 'expired', "NULL, 'update'"));
    old.exec(insert('found', 'sending', "'1.2', NULL"));
    old.exec(insert('lost', 'sending', 'NULL, NULL'));
    old.exec(insert('sent', 'sent', "'1.3', NULL"));
  });
  migrate(db);
  const rows = db.prepare<[], { id: string }>('SELECT id, state, pending FROM deliveries ORDER BY id').all();
  assert.deepEqual(rows, [
    { id: 'expired', state: 'expired', pending: null },
    { id: 'found', state: 'sent', pending: null },
    { id: 'lost', state: 'failed', pending: null },
    { id: 'sent', state: 'sent', pending: null },
  ]);
  db.close();
});
