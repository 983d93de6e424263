import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inSlack } from '../../src/domain/destination.ts';
import { type DeliveryRow, selectDelivery, toDelivery } from '../../src/stores/common/rows.ts';
import { toInstallation, type WorkspaceRow } from '../../src/stores/common/workspace-rows.ts';
import { createCounterTable } from '../../src/stores/sqlite/counters.ts';
import type { Database } from '../../src/stores/sqlite/database.ts';
import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { createHistoryTable } from '../../src/stores/sqlite/history.ts';
import { createIncidentTable } from '../../src/stores/sqlite/incidents.ts';
import { createInstallationTable } from '../../src/stores/sqlite/installations.ts';
import { createJobOutput } from '../../src/stores/sqlite/job-output.ts';
import { createJobTable } from '../../src/stores/sqlite/jobs.ts';
import { createLanes } from '../../src/stores/sqlite/lanes.ts';
import { migrate, newestVersion } from '../../src/stores/sqlite/schema.ts';
import { createTrackingTable } from '../../src/stores/sqlite/tracking.ts';
import { job } from '../support/jobs.ts';

/** Makes a store of an older version, with the rows that `fill` writes. */
function storeOfVersion(version: number, fill: (db: Database) => void): Database {
  const db = openDatabase(':memory:');
  migrate(db, version);
  fill(db);
  return db;
}

test('a subscription of version 1 is not paused and does not include its holder’s own messages', () => {
  const db = storeOfVersion(1, (old) =>
    old.exec("INSERT INTO subscriptions VALUES ('s1', 'T1', 'U1', 'disk full', 'C1', 5)"),
  );
  migrate(db);
  assert.equal(db.pragma('user_version', { simple: true }), newestVersion);
  const table = createTrackingTable(db);
  const before = { id: 's1', team: 'T1', user: 'U1', pattern: 'disk full', channel: 'C1', createdAt: 5 };
  assert.deepEqual(table.snapshot('T1').subscriptions, [before]);

  table.apply({ type: 'pause', team: 'T1', ids: ['s1'], reason: 'too slow' });
  assert.deepEqual(table.snapshot('T1').subscriptions, [{ ...before, paused: 'too slow' }]);
  table.apply({ type: 'pause', team: 'T1', ids: ['s1'], reason: null });
  assert.deepEqual(table.snapshot('T1').subscriptions, [before]);
  const own = { ...before, id: 's2', pattern: 'mine', includeOwn: true } as const;
  table.apply({ type: 'subscribe', subscription: own });
  assert.deepEqual(table.snapshot('T1').subscriptions, [before, own]);
  db.close();
});

test('a digest of version 2 shows everything that was merged into it', () => {
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

test('a delivery of version 3 has no warnings, and warnings can be added', () => {
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

test('a delivery of an older version is visible to everybody in its channel', () => {
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

test('a delivery of version 6 has no fields for Slack, and they can be added', () => {
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

test('a mute from a version without start times keeps its end; a new mute has its start time', () => {
  const db = storeOfVersion(4, (old) => old.exec("INSERT INTO mutes (team, user, until) VALUES ('T1', 'U1', 9)"));
  migrate(db);
  const table = createTrackingTable(db);
  table.apply({ type: 'mute', mute: { team: 'T1', user: 'U2', until: 20 } }, 10);
  table.apply({ type: 'mute', mute: { team: 'T1', user: 'U3', until: null } }, 10);
  assert.deepEqual(table.snapshot('T1').mutes, [
    { team: 'T1', user: 'U1', until: 9 },
    { team: 'T1', user: 'U2', until: 20, since: 10 },
    { team: 'T1', user: 'U3', until: null },
  ]);
  db.close();
});

test('a delivery that an older version closed before its change ended gets the state that Slack shows', () => {
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

test('subscriptions of version 9 have one version number for all teams, so a reader loads all of them again', () => {
  const db = storeOfVersion(9, (old) =>
    old.exec(`INSERT INTO subscriptions (id, team, user, pattern, created_at) VALUES ('s1', 'T1', 'U1', 'disk full', 5);
      INSERT INTO mutes (team, user) VALUES ('T2', 'U1');
      INSERT INTO meta (name, value) VALUES ('changes', 7);`),
  );
  migrate(db);
  const table = createTrackingTable(db);
  assert.deepEqual([table.version(), table.changedSince(-1), table.changedSince(7)], [7, ['T1', 'T2'], []]);
  table.apply({ type: 'unmute', team: 'T2', user: 'U1' });
  assert.deepEqual([table.version(), table.changedSince(7)], [8, ['T2']]);
  db.close();
});

test('counters, errors and idempotency keys of version 10 are assigned to the first known workspace', () => {
  const db = storeOfVersion(10, (old) =>
    old.exec(`INSERT INTO counters (name, value) VALUES ('total_msg_count', 3);
      INSERT INTO slack_errors (text, count) VALUES ('Slack error : is_archived', 2);
      INSERT INTO events (key, at) VALUES ('idempotency:backup:1', 1), ('T1:C1:1.2', 1), ('cmd:7', 1);
      INSERT INTO lanes (id, team, channel) VALUES (1, '', '#ops'), (2, 'T9', '#ops'), (3, 'TSIM', '#ops');
      INSERT INTO subscriptions (id, team, user, pattern, created_at) VALUES ('s1', 'T5', 'U1', 'x', 1);
      INSERT INTO deliveries (id, lane, text, source, trace, created_at, expires_at, updated_at)
        VALUES ('d1', 3, 'x', 'api', 't', 1, 2, 1), ('d2', 2, 'x', 'api', 't', 1, 2, 1);`),
  );
  migrate(db);
  const installed = db.prepare<[], string>('SELECT team FROM installations ORDER BY seen_at').pluck().all();
  assert.deepEqual(installed, ['T5', 'TSIM', 'T9'], 'the one with the newest message is the newest');
  const counters = createCounterTable(db, 0);
  const keys = () => db.prepare<[], string>('SELECT key FROM events ORDER BY key').pluck().all();
  const lanes = () => db.prepare<[], string>('SELECT team FROM lanes ORDER BY id').pluck().all();
  assert.equal(counters.totals('').total_msg_count, 3);
  assert.deepEqual(keys(), ['T1:C1:1.2', 'cmd:7', 'idempotency::backup:1']);

  counters.countError('', 'Slack error : is_archived');
  createInstallationTable(db, createLanes(db, 'o'), counters, createIncidentTable(db), createJobTable(db)).adopt('T1');
  counters.count('', 'total_msg_count', 1);
  assert.equal(counters.totals('T1').total_msg_count, 4, 'also what is counted without a team from now on');
  assert.deepEqual(counters.errors('T1'), { 'Slack error : is_archived': 3 });
  assert.deepEqual([counters.totals('').total_msg_count, counters.errors('')], [0, {}]);
  assert.deepEqual(keys(), ['T1:C1:1.2', 'cmd:7', 'idempotency:T1:backup:1']);
  assert.deepEqual(lanes(), ['T1', 'T9', 'TSIM']);
  db.close();
});

test('queues of version 11 become queues of Slack, with their pace and their waiting messages', () => {
  const db = storeOfVersion(11, (old) =>
    old.exec(`INSERT INTO lanes (id, team, channel, waiting, first_seq, ready_at, tat, lease_owner)
        VALUES (7, 'T1', '#ops', 1, 5, 100, 200, 'o'), (9, 'T1', '#gone', 0, 1, 0, 0, NULL);
      DELETE FROM lanes WHERE id = 9;`),
  );
  migrate(db);
  assert.deepEqual(db.prepare('SELECT * FROM lanes').all(), [
    {
      id: 7,
      team: 'T1',
      kind: 'slack',
      address: '#ops',
      waiting: 1,
      first_seq: 5,
      ready_at: 100,
      tat: 200,
      lease_owner: 'o',
    },
  ]);
  const lanes = createLanes(db, 'o');
  assert.equal(lanes.wake('T1', inSlack('#ops')), 7);
  assert.equal(lanes.wake('T1', inSlack('#new')), 10, 'no id is given twice');
  db.close();
});

test('a message of version 12 keeps its Slack blocks, and has neither sections nor buttons', () => {
  const db = storeOfVersion(12, (old) =>
    old.exec(`INSERT INTO lanes (id, team, kind, address) VALUES (1, 'T1', 'slack', 'C1');
      INSERT INTO deliveries (id, lane, text, blocks, source, trace, created_at, expires_at, updated_at)
        VALUES ('d1', 1, 'x', '[{"type":"divider"}]', 'forward', 't', 1, 2, 1);`),
  );
  migrate(db);
  const [row] = db.prepare<[], DeliveryRow>(selectDelivery).all();
  const { blocks, sections, buttons } = toDelivery(row as DeliveryRow);
  assert.deepEqual([blocks, sections, buttons], [[{ type: 'divider' }], undefined, undefined]);
  db.close();
});

test('a store of version 13 gets tokens and an audit log whose entries cannot be changed', () => {
  const db = storeOfVersion(13, () => {});
  migrate(db);
  const add = (id: string, at: number) =>
    db.exec(`INSERT INTO audit (id, at, actor_kind, actor, source, action, target, outcome, detail, request_id)
      VALUES ('${id}', ${at}, 'user', 'ada', '', 'track', '', 'done', '', '')`);
  const day = 86_400_000;
  add('old', 0);
  add('young', 11 * day);
  add('newest', 100 * day);
  assert.throws(() => db.exec("UPDATE audit SET actor = 'eve' WHERE id = 'old'"), /cannot be changed/);
  assert.throws(() => db.exec("DELETE FROM audit WHERE id = 'young'"), /kept for 90 days/);
  db.exec("DELETE FROM audit WHERE id = 'old'");
  assert.deepEqual(db.prepare('SELECT id FROM audit ORDER BY seq').pluck().all(), ['young', 'newest']);
  assert.deepEqual(db.prepare('SELECT * FROM tokens').all(), []);
  db.close();
});

test('a message of version 14 is no reply and has no tone, and both can be added', () => {
  const row = '(id, lane, text, source, trace, created_at, expires_at, updated_at, state, slack_channel, slack_ts)';
  const db = storeOfVersion(14, (old) =>
    old.exec(`INSERT INTO lanes (id, team, kind, address) VALUES (1, 'T1', 'slack', 'C1');
      INSERT INTO deliveries ${row} VALUES ('card', 1, 'x', 'api', 't', 1, 2, 1, 'sent', 'C1', '1.1'),
        ('reply', 1, 'x', 'api', 't', 1, 2, 1, 'queued', NULL, NULL);`),
  );
  migrate(db);
  const read = () => {
    const [row] = db.prepare<[], DeliveryRow>(`${selectDelivery} WHERE d.id = 'reply'`).all();
    const { replyTo, tone, threadTs } = toDelivery(row as DeliveryRow);
    return [replyTo, tone, threadTs];
  };
  assert.deepEqual(read(), [undefined, undefined, undefined]);
  db.exec("UPDATE deliveries SET reply_to = 'card', tone = 'error' WHERE id = 'reply'");
  assert.deepEqual(read(), ['card', 'error', '1.1']);
  assert.deepEqual(db.prepare('SELECT * FROM incidents').all(), []);
  db.close();
});

test('a store of version 17 gets an empty history of checks, and keeps its leases', () => {
  const db = storeOfVersion(17, (old) => old.exec("INSERT INTO leases VALUES ('reminders', 'o', 5)"));
  migrate(db);
  const history = createHistoryTable(db);
  const written = { check: 'shop', span: 'day', from: 0, total: 2, up: 1, latencies: { 3: 1 } } as const;
  assert.equal(history.prune(0, null, 10), null);
  history.write([written]);
  assert.deepEqual(db.prepare('SELECT * FROM rollups').all(), [
    { name: 'shop', span: 1, start: 0, total: 2, up: 1, latencies: '{"3":1}' },
  ]);
  assert.deepEqual(db.prepare('SELECT * FROM leases').all(), [{ name: 'reminders', owner: 'o', until: 5 }]);
  db.close();
});

test('a store of version 18 gets jobs and their output, and keeps its rollups', async () => {
  const db = storeOfVersion(18, (old) => old.exec("INSERT INTO rollups VALUES ('shop', 1, 0, 2, 1, '{}')"));
  migrate(db);
  const jobs = createJobTable(db);
  const output = createJobOutput(db);
  const written = jobs.write(job({ id: 'j1' }));
  assert.deepEqual(written, job({ id: 'j1', revision: 1 }));
  assert.equal(output.add('j1', [{ at: 5, text: 'Hello' }], '7'), 1);
  assert.deepEqual(await jobs.reads.job('T1', 'j1'), { ...written, cursor: '7' });
  assert.deepEqual((await output.read('j1', 0, 10)).lines, [{ number: 1, at: 5, text: 'Hello' }]);
  assert.equal(db.prepare('SELECT count(*) FROM rollups').pluck().get(), 1);
  db.close();
});

test('400 days and 8 days of hours of a check whose latencies differ much take less than 1 MB', () => {
  const db = storeOfVersion(newestVersion, () => {});
  const history = createHistoryTable(db);
  const pages = () => db.pragma('page_count', { simple: true }) as number;
  const before = pages();
  const latencies = Object.fromEntries(Array.from({ length: 81 }, (_, bucket) => [bucket, 50 + bucket]));
  for (let at = 0; at < 400; at += 1) {
    history.write([{ check: 'x'.repeat(63), span: 'day', from: at * 86_400_000, total: 8_640, up: 8_640, latencies }]);
    if (at >= 8 * 24) continue;
    history.write([{ check: 'x'.repeat(63), span: 'hour', from: at * 3_600_000, total: 360, up: 360, latencies }]);
  }
  const bytes = (pages() - before) * (db.pragma('page_size', { simple: true }) as number);
  assert.ok(bytes < 1_000_000, `${bytes} bytes`);
  db.close();
});

test('tokens and the audit log of version 19 are the operator’s, and workspaces can be stored', () => {
  const entry = "'a1', 9e12, 'slack', 'U1', 'C1', 'track', 'p', 'done', '', ''";
  const db = storeOfVersion(19, (old) => {
    old.exec("INSERT INTO tokens VALUES ('t1', 'ci', 'ux_1', 'h', 'read', 1, 'ultronex', NULL, NULL, NULL)");
    old.exec(`INSERT INTO audit VALUES (1, ${entry})`);
  });
  migrate(db);
  assert.equal(db.prepare('SELECT team FROM tokens').pluck().get(), null);
  assert.equal(db.prepare('SELECT team FROM audit').pluck().get(), null);
  db.exec(`INSERT INTO audit VALUES (2, ${entry}, 'T2')`);
  assert.equal(db.prepare('DELETE FROM audit WHERE team = ?').run('T2').changes, 1, 'a team’s entries leave with it');
  assert.throws(() => db.exec('DELETE FROM audit'), /kept for 90 days/);
  assert.equal(db.prepare('SELECT count(*) FROM workspaces').pluck().get(), 0);
  db.close();
});

test('a workspace of version 21 came by /slack/install and has no namespace', async () => {
  const columns =
    'team, name, is_org, bot_user, bot_id, url, scopes, installed_by, installed_at, bot_token, token_expires_at';
  const db = storeOfVersion(21, (old) =>
    old.exec(`INSERT INTO workspaces (${columns})
      VALUES ('T2', 'Acme', 0, 'U2', 'B2', 'https://acme.slack.com/', 'chat:write', 'U1', 5, 'k1.sealed', NULL)`),
  );
  migrate(db);
  const row = db.prepare<[], WorkspaceRow>('SELECT * FROM workspaces').get();
  assert.ok(row !== undefined);
  const { team, botToken, origin, namespace } = toInstallation(row);
  assert.deepEqual([team, botToken, origin, namespace], ['T2', 'k1.sealed', 'install', '']);
  db.close();
});
