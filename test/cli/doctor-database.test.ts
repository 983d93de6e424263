import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { judgeDatabase } from '../../src/cli/doctor/database.ts';
import type { DatabaseFacts } from '../../src/stores/index.ts';

const right: DatabaseFacts = {
  ...{ version: 170_010, answerMs: 0.6, isEncrypted: true, isVerified: true, clockAheadMs: 3, isReadOnly: false },
  ...{ synchronousCommit: 'on', fsync: 'on', schema: 2, newestSchema: 2, mayCreate: true, mayWrite: true },
  ...{ connections: { used: 20, most: 97 }, instances: 2, lanes: { live: 40, dead: 100 }, oldestTransactionMs: 10 },
  ...{ queued: 0, oldestAt: null, standbys: 1 },
};
const url = 'postgres://me:topsecret@db.example.com/ultronex?sslmode=verify-full';

/** Returns the findings with a problem. */
function problems(facts: Partial<DatabaseFacts>, at = url, instances = 2, standbys = 1): string {
  const findings = judgeDatabase({ ...right, ...facts }, at, { instances, standbys });
  return findings.flatMap(({ level, text }) => (level === 'ok' ? [] : `${level}: ${text}`)).join('\n');
}

describe('findings of a database', () => {
  it('a right one has no problem', () => {
    assert.equal(problems({}), '');
  });

  it('an old server is refused', () => {
    assert.match(
      problems({ version: 140_012 }),
      /^fail: .* is PostgreSQL 14\.12; the program needs 15 or later\. Update it$/,
    );
  });

  it('tells a server that is far away or busy, and instances that are missing', () => {
    assert.match(
      problems({ answerMs: 180.4 }),
      /^warn: .* and answers in 180 ms: each message takes several times that/,
    );
    assert.match(
      problems({}, url, 3),
      /^warn: 2 instances are connected, 3 should run \(INSTANCES\)\. Start the others/,
    );
    assert.equal(problems({ instances: 0 }, url, 3), '', 'none runs');
    assert.equal(problems({ instances: 6 }, url, 3), '', 'a deploy');
  });

  it('tells that a standby is missing, unless none should be there', () => {
    assert.match(problems({ standbys: 0 }), /^warn: 0 standbys follow, 1 should \(DATABASE_STANDBYS\)\. Look at/);
    assert.match(problems({}, url, 2, 2), /^warn: 1 standby follows, 2 should/);
    assert.equal(problems({ standbys: 0 }, url, 2, 0), '');
  });

  it('a connection to another network is encrypted, and its certificate is checked', () => {
    assert.match(problems({ isEncrypted: false }), /^fail: the connection leaves this network without encryption/);
    assert.match(problems({ isVerified: false }), /^warn: .* no certificate is checked\. Write \?sslmode=verify-full/);
    for (const host of ['127.0.0.1', 'postgres', '10.1.2.3', '[::1]', 'db.internal', '%2Frun%2Fpostgresql']) {
      assert.equal(problems({ isEncrypted: false, isVerified: false }, `postgres://me@${host}/x`), '', host);
    }
  });

  it('an older store is brought to the new version by a user who may create', () => {
    assert.equal(problems({ schema: 1 }), '');
    assert.match(problems({ schema: 1, mayCreate: false }), /^fail: .* brings them to 2, but the user may not create/);
  });

  it('names clocks that differ, dead rows, long transactions and too few connections', () => {
    assert.match(
      problems({ clockAheadMs: -61_000 }),
      /^warn: its clock is 61 s behind this machine’s\. Set both \(NTP\)/,
    );
    assert.match(
      problems({ lanes: { live: 40, dead: 30_000 } }),
      /^warn: autovacuum does not keep up: the table lanes has 40 rows in use and 30000 dead ones, so sending becomes slow/,
    );
    assert.match(
      problems({ oldestTransactionMs: 900_000 }),
      /^warn: a transaction has been open for 900 s; until it ends, autovacuum removes no dead rows/,
    );
    assert.match(
      problems({ connections: { used: 92, most: 97 } }),
      /^warn: 2 instances are connected; 92 of 97 connections/,
    );
  });
});
