import type { Database } from './database.ts';
import { inTransaction } from './driver.ts';

/**
 * One entry a version; `user_version` counts those applied. Never change an entry that was released, add one.
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
const migrations: readonly string[] = [
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
];

/** The version of a store that this program writes. */
export const newestVersion = migrations.length;

/**
 * Brings the file to the newest version; safe when two programs start at once.
 * @param to an older version, for tests of the migrations after it
 */
export function migrate(db: Database, to = newestVersion): void {
  inTransaction(db, () => {
    const version = db.pragma('user_version', { simple: true }) as number;
    if (version > migrations.length) {
      throw new Error(
        `The store is of version ${version}, this program knows ${migrations.length}. Start the newer program, or restore the backup made before it.`,
      );
    }
    if (version < 0) throw corrupt(`its version is ${version}`);
    if (version === 0 && db.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table'").get() !== undefined) {
      throw corrupt('it has tables, but no version of a store: another program made it, or its beginning is lost');
    }
    for (const sql of migrations.slice(version, to)) db.exec(sql);
    db.pragma(`user_version = ${Math.max(version, to)}`);
  });
}

/** As SQLite calls a file whose content contradicts itself. */
function corrupt(message: string): Error {
  return Object.assign(new Error(message), { code: 'SQLITE_CORRUPT' });
}
