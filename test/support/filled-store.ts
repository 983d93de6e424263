import { openDatabase } from '../../src/stores/sqlite/driver.ts';
import { migrate } from '../../src/stores/sqlite/schema.ts';

/** Creates a store of SQLite that has rows in every table, and `messages` messages. */
export function makeFilledStore(file: string, messages: number, now = Date.now()): void {
  const db = openDatabase(file);
  migrate(db);
  db.exec('PRAGMA synchronous = OFF; BEGIN');
  db.exec(`
    INSERT INTO lanes (team, kind, address, waiting, ready_at, tat, lease_owner)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
      SELECT 'T' || (i % 3), 'slack', 'C' || i, i % 2, ${now} + i + 0.25, i * 1.5, CASE WHEN i = 7 THEN 'someone' END FROM n;
    INSERT INTO deliveries (id, lane, open, state, text, title, sections, blocks, tone, reply_to, attachments, source, trace,
        similar, created_at, expires_at, updated_at, attempts, hidden, slack_channel, slack_ts, error, merged_into, merged_count)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${messages})
      SELECT 'id-' || i, i % 40 + 1, i % 10 = 0, CASE i % 10 WHEN 0 THEN 'queued' ELSE 'sent' END,
        'disk ' || i || ' of "ünïcode \\ 🐘" {is}, full' || char(10) || 'NULL', CASE WHEN i % 3 = 0 THEN '' END, '[{"a":' || i || '}]',
        CASE WHEN i % 5 = 0 THEN '[{"type":"x","text":"\\u0000"}]' END, 'ok', CASE WHEN i % 7 = 0 THEN 'id-1' END,
        '[]', 'api', 'trace ' || i, 281474976710655 - i, ${now} + i + 0.125, ${now} + 3600000, ${now} + i, i % 4, i % 2,
        'C' || i, '1700000000.' || i, CASE WHEN i % 9 = 0 THEN 'error, "' || i || '"' END, CASE WHEN i % 11 = 0 THEN i - 1 END, i % 6
      FROM n;
    UPDATE lanes SET first_seq = (SELECT min(seq) FROM deliveries WHERE open = 1 AND lane = lanes.id)
      WHERE EXISTS (SELECT 1 FROM deliveries WHERE open = 1 AND lane = lanes.id);
    INSERT INTO digests VALUES (1, 281474976710600, 40, ${now} + 0.5), (2, 5, 41, ${now});
    INSERT INTO events (key, at, fingerprint, delivery)
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${messages})
      SELECT 'idempotency:T1:' || hex(randomblob(8)), ${now} + i, CASE WHEN i % 2 THEN 'f' || i END, 'id-' || i FROM n;
    INSERT INTO blobs VALUES ('b1', 2, x'00ff5c2722007b7d'), ('b2', 1, zeroblob(1000000)), ('b3', 1, x'');
    INSERT INTO scans (ready_at, attempts, message) VALUES (${now}, 1, '{"a":1}'), (${now} + 0.5, 0, '{}');
    INSERT INTO effects (id, ready_at, begun, name, argument, asker) VALUES ('e1', ${now}, 1, 'restart', '{}', '{}');
    INSERT INTO subscriptions (id, team, user, pattern, channel, created_at, include_own, paused)
      VALUES ('s1', 'T1', 'U1', 'disk is (full|slow)', NULL, ${now}, 1, NULL), ('s2', 'T1', 'U2', 'x', 'C1', ${now} + 0.5, 0, 'gone');
    INSERT INTO mutes (team, user, until, since) VALUES ('T1', 'U1', NULL, NULL), ('T1', 'U2', ${now}, ${now} - 5);
    INSERT INTO tracking_versions VALUES ('T1', 7), ('T2', 9);
    INSERT INTO module_state VALUES ('m1', 'value', ${now}), ('m2', '', ${now});
    INSERT INTO counters VALUES ('T1', 'total_messages_slacked', 9007199254740991), ('', 'total_events', 5);
    INSERT INTO slack_errors VALUES ('T1', 'channel_not_found', 3);
    INSERT INTO meta VALUES ('changes', 9), ('trusted_at', ${now}), ('trusted_ahead', 0.5), ('checked_at', 1);
    INSERT INTO installations VALUES ('T1', ${now}), ('T2', 3);
    INSERT INTO workspaces (team, name, is_org, bot_user, url, scopes, installed_by, installed_at, bot_token, token_expires_at)
      VALUES ('T1', 'One', 1, 'B', '', '', 'U', ${now}, 'k1.sealed', NULL), ('T2', 'Two', 0, 'B', '', '', 'U', ${now}, 'k1.x', ${now});
    INSERT INTO tokens VALUES ('t1', 'ci', 'ux_ab', 'hash', 'post', ${now}, 'admin', NULL, ${now}, NULL, NULL);
    INSERT INTO audit (seq, id, at, actor_kind, actor, source, action, target, outcome, detail, request_id)
      VALUES (3, 'a1', ${now}, 'user', 'admin', '127.0.0.1', 'track', 'x', 'done', '', ''),
        (8, 'a2', ${now}, 'user', 'admin', '127.0.0.1', 'track', 'y', 'refused', '', 'r');
    INSERT INTO incidents VALUES (3, 'T1', 'k', 1, 1, ${now}, ${now}, 'Disk', 'id-1', 4, '{"silences":[]}'),
      (5, 'T1', 'k', 0, 0, ${now}, ${now}, 'Disk', NULL, 1, '{}');
    INSERT INTO incident_history VALUES (3, 1, ${now}, 'opened', 'system', '', 'x'), (3, 2, ${now}, 'ack', 'user', 'U1', '');
    INSERT INTO leases VALUES ('incidents', 'someone', ${now});
    INSERT INTO rollups VALUES ('web', 0, ${now}, 60, 59, '[1,2]'), ('web', 1, ${now}, 1440, 1439, '[]');
    INSERT INTO jobs (id, team, name, state, unfinished, ended_at, attempt, revision, cursor, last_line, value)
      VALUES ('j1', 'T1', 'deploy', 'running', 1, NULL, 1, 2, 'c', 9, '{}'), ('j2', 'T1', NULL, 'done', 0, ${now}, 1, 1, NULL, 0, '{}');
    INSERT INTO job_output VALUES (1, 1, 5, 12, 'a' || char(10) || 'b'), (1, 6, 9, 3, 'c');
    INSERT INTO event_log (position, at, id, team, body) VALUES (4, ${now}, 'e4', 'T1', '{"type":"message_new"}'), (9, ${now}, 'e9', 'T1', '{}');
    DELETE FROM event_log WHERE position = 9;
    -- The newest lane and job are gone; their numbers are not given again.
    INSERT INTO lanes (team, kind, address) VALUES ('T9', 'slack', 'C99');
    DELETE FROM lanes WHERE team = 'T9';
    INSERT INTO jobs (id, team, state, unfinished, attempt, revision, value) VALUES ('j9', 'T1', 'lost', 0, 1, 1, '{}');
    DELETE FROM jobs WHERE id = 'j9';
    COMMIT`);
  db.close();
}
