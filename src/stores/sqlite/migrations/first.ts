/**
 * Versions 1 to 14 of the store.
 *
 * A lane is the queue of one channel. `ready_at` is when its next message may go (pace, back-off, or the end of the
 * lease while one is under way); `waiting` is 1 while it has work, so that `lanes_due` holds only those; nothing of it
 * is open before `first_seq`.
 * `deliveries.open` is 1 while anything is left to do, so that `deliveries_open` stays as small as the backlog; see
 * `open.ts` for its blocks. `similar` is in it so that merging, which looks through much of a long backlog, reads
 * nothing but the index.
 * `deliveries.seq` is never given twice because the newest row is never deleted (`prune.ts`); AUTOINCREMENT says the same
 * with one more page a commit and half a microsecond a row.
 * `merged_into` is the digest's seq, not its id: rows that grow by 36 bytes do not fit into their full pages any more,
 * which made a merge cost a fifth more.
 */
export const first: readonly string[] = [
  `
  CREATE TABLE lanes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0,
    first_seq INTEGER NOT NULL DEFAULT 0,
    ready_at REAL NOT NULL DEFAULT 0,
    tat REAL NOT NULL DEFAULT 0,
    lease_owner TEXT,
    UNIQUE (team, channel)
  );
  CREATE INDEX lanes_due ON lanes (ready_at) WHERE waiting = 1;

  CREATE TABLE deliveries (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    lane INTEGER NOT NULL,
    open INTEGER NOT NULL DEFAULT 1,
    state TEXT NOT NULL DEFAULT 'queued',
    text TEXT NOT NULL,
    title TEXT,
    blocks TEXT,
    thread_ts TEXT,
    attachments TEXT,
    source TEXT NOT NULL,
    trace TEXT NOT NULL,
    similar INTEGER,
    created_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    slack_channel TEXT,
    slack_ts TEXT,
    permalink TEXT,
    uploaded INTEGER NOT NULL DEFAULT 0,
    error TEXT,
    merged_into INTEGER,
    merged_count INTEGER NOT NULL DEFAULT 0,
    pending TEXT,
    revision INTEGER NOT NULL DEFAULT 0
  );
  CREATE INDEX deliveries_open ON deliveries (seq / 256, lane, seq, similar) WHERE open = 1;
  CREATE INDEX deliveries_merged ON deliveries (merged_into) WHERE merged_into IS NOT NULL;

  CREATE TABLE digests (
    lane INTEGER NOT NULL,
    similar INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    until REAL NOT NULL,
    PRIMARY KEY (lane, similar)
  ) WITHOUT ROWID;

  CREATE TABLE events (
    key TEXT PRIMARY KEY,
    at REAL NOT NULL,
    fingerprint TEXT,
    delivery TEXT
  ) WITHOUT ROWID;

  CREATE TABLE blobs (
    id TEXT PRIMARY KEY,
    uses INTEGER NOT NULL,
    bytes BLOB NOT NULL
  );

  CREATE TABLE scans (
    id INTEGER PRIMARY KEY,
    ready_at REAL NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    message TEXT NOT NULL
  );

  CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    team TEXT NOT NULL,
    user TEXT NOT NULL,
    pattern TEXT NOT NULL,
    channel TEXT,
    created_at REAL NOT NULL
  );
  CREATE UNIQUE INDEX subscriptions_once ON subscriptions (team, user, pattern, ifnull(channel, ''));

  CREATE TABLE mutes (
    team TEXT NOT NULL,
    user TEXT NOT NULL,
    until REAL,
    PRIMARY KEY (team, user)
  ) WITHOUT ROWID;

  CREATE TABLE module_state (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    updated_at REAL NOT NULL
  ) WITHOUT ROWID;

  CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE slack_errors (text TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE meta (name TEXT PRIMARY KEY, value REAL NOT NULL) WITHOUT ROWID;
  `,
  `
  ALTER TABLE subscriptions ADD COLUMN include_own INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE subscriptions ADD COLUMN paused TEXT;
  `,
  // How many of a digest's merged messages the card in Slack shows; a card of an older program shows all of them.
  `
  ALTER TABLE deliveries ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
  UPDATE deliveries SET shown = merged_count WHERE merged_count > 0 AND slack_ts IS NOT NULL;
  `,
  'ALTER TABLE deliveries ADD COLUMN warnings TEXT;',
  // When a mute was asked for: one that begins in the future was asked for while the clock was ahead.
  'ALTER TABLE mutes ADD COLUMN since REAL;',
  'ALTER TABLE deliveries ADD COLUMN only_for TEXT;',
  // Arguments of chat.postMessage that are passed on as they came, as JSON.
  'ALTER TABLE deliveries ADD COLUMN slack_fields TEXT;',
  // A delivery is open while it waits or has a pending change; older programs closed some that had not ended.
  `
  UPDATE deliveries SET pending = NULL WHERE open = 0 AND pending IS NOT NULL;
  UPDATE deliveries SET state = CASE WHEN slack_ts IS NULL THEN 'failed' ELSE 'sent' END WHERE open = 0 AND state = 'sending';
  `,
  // Acts on the world that were accepted and have not ended. `begun` counts how often one was claimed: it is performed once.
  `
  CREATE TABLE effects (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    ready_at REAL NOT NULL,
    begun INTEGER NOT NULL DEFAULT 0,
    name TEXT NOT NULL,
    argument TEXT NOT NULL,
    asker TEXT NOT NULL
  );
  `,
  // The version of the newest change of each team's subscriptions and mutes: another process reads only what changed.
  `
  CREATE TABLE tracking_versions (team TEXT PRIMARY KEY, version REAL NOT NULL) WITHOUT ROWID;
  CREATE INDEX tracking_changed ON tracking_versions (version);
  INSERT INTO tracking_versions (team, version)
    SELECT team, ifnull((SELECT value FROM meta WHERE name = 'changes'), 0)
    FROM (SELECT team FROM subscriptions UNION SELECT team FROM mutes);
  `,
  // Counters, errors and idempotency keys belong to a team. Those from before have none (''): the newest installation
  // takes them over. It is the one with the newest delivery; `seen_at` of later ones is a time, which is greater.
  `
  CREATE TABLE installations (team TEXT PRIMARY KEY, seen_at REAL NOT NULL) WITHOUT ROWID;
  INSERT INTO installations (team, seen_at)
    SELECT l.team, max(d.seq) FROM deliveries d JOIN lanes l ON l.id = d.lane WHERE l.team <> '' GROUP BY l.team;
  INSERT OR IGNORE INTO installations (team, seen_at) SELECT DISTINCT team, 0 FROM subscriptions WHERE team <> '';
  ALTER TABLE counters RENAME TO counters_of_all;
  CREATE TABLE counters (
    team TEXT NOT NULL, name TEXT NOT NULL, value INTEGER NOT NULL, PRIMARY KEY (team, name)
  ) WITHOUT ROWID;
  INSERT INTO counters (team, name, value) SELECT '', name, value FROM counters_of_all;
  DROP TABLE counters_of_all;
  ALTER TABLE slack_errors RENAME TO errors_of_all;
  CREATE TABLE slack_errors (
    team TEXT NOT NULL, text TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (team, text)
  ) WITHOUT ROWID;
  INSERT INTO slack_errors (team, text, count) SELECT '', text, count FROM errors_of_all;
  DROP TABLE errors_of_all;
  UPDATE events SET key = 'idempotency::' || substr(key, 13) WHERE key >= 'idempotency:' AND key < 'idempotency;';
  `,
  // A lane is of a destination: its kind and address. Ids of lanes are never given twice, so their count is kept.
  `
  ALTER TABLE lanes RENAME TO lanes_of_channels;
  DROP INDEX lanes_due;
  CREATE TABLE lanes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    team TEXT NOT NULL,
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    waiting INTEGER NOT NULL DEFAULT 0,
    first_seq INTEGER NOT NULL DEFAULT 0,
    ready_at REAL NOT NULL DEFAULT 0,
    tat REAL NOT NULL DEFAULT 0,
    lease_owner TEXT,
    UNIQUE (team, kind, address)
  );
  CREATE INDEX lanes_due ON lanes (ready_at) WHERE waiting = 1;
  INSERT INTO lanes (id, team, kind, address, waiting, first_seq, ready_at, tat, lease_owner)
    SELECT id, team, 'slack', channel, waiting, first_seq, ready_at, tat, lease_owner FROM lanes_of_channels;
  DELETE FROM sqlite_sequence WHERE name = 'lanes';
  UPDATE sqlite_sequence SET name = 'lanes' WHERE name = 'lanes_of_channels';
  DROP TABLE lanes_of_channels;
  `,
  // Sections and buttons of a message, as JSON, for any destination. Messages of older versions have Slack's blocks.
  'ALTER TABLE deliveries ADD COLUMN sections TEXT; ALTER TABLE deliveries ADD COLUMN buttons TEXT;',
  // API tokens, and the audit log: entries are only added, and deleted when they are older than 90 days.
  `
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    start TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    created_at REAL NOT NULL,
    created_by TEXT NOT NULL,
    last_used_at REAL,
    expires_at REAL,
    revoked_at REAL
  ) WITHOUT ROWID;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    at REAL NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    source TEXT NOT NULL,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    outcome TEXT NOT NULL,
    detail TEXT NOT NULL,
    request_id TEXT NOT NULL
  );
  CREATE INDEX audit_actions ON audit (id, seq);
  CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
  BEGIN SELECT raise(ABORT, 'entries of the audit log cannot be changed'); END;
  CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
  WHEN old.at > (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) - 7776000000
  BEGIN SELECT raise(ABORT, 'entries of the audit log are kept for 90 days'); END;
  `,
];
