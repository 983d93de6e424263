/** Versions 15 and later of the store. */
export const later: readonly string[] = [
  // A reply goes to the thread of the delivery `reply_to`. `tone` colours a message.
  'ALTER TABLE deliveries ADD COLUMN reply_to TEXT; ALTER TABLE deliveries ADD COLUMN tone TEXT;',
  // Incidents and their history. `key` is a hash of the incident's key; `value` is the rest of the incident, as JSON.
  // `unfinished`: it is open, or has silences in Alertmanager that have not ended.
  // Numbers are never given twice because the newest incident is never deleted.
  `
  CREATE TABLE incidents (
    number INTEGER PRIMARY KEY,
    team TEXT NOT NULL,
    key TEXT NOT NULL,
    open INTEGER NOT NULL,
    unfinished INTEGER NOT NULL,
    opened_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    title TEXT NOT NULL,
    card TEXT,
    revision INTEGER NOT NULL,
    value TEXT NOT NULL
  );
  CREATE INDEX incidents_key ON incidents (team, key, number);
  CREATE INDEX incidents_unfinished ON incidents (number) WHERE unfinished = 1;
  CREATE INDEX incidents_card ON incidents (card) WHERE card IS NOT NULL;
  CREATE TABLE incident_history (
    incident INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (incident, seq)
  ) WITHOUT ROWID;
  `,
  // Tasks that one of several programs on the store runs.
  'CREATE TABLE leases (name TEXT PRIMARY KEY, owner TEXT NOT NULL, until REAL NOT NULL) WITHOUT ROWID;',
  // Results of checks in an hour (span 0) or a day (span 1) that begins at `start`, milliseconds since the epoch.
  // `latencies`: the count of each bucket, as JSON.
  `
  CREATE TABLE rollups (
    name TEXT NOT NULL,
    span INTEGER NOT NULL,
    start INTEGER NOT NULL,
    total INTEGER NOT NULL,
    up INTEGER NOT NULL,
    latencies TEXT NOT NULL,
    PRIMARY KEY (name, span, start)
  ) WITHOUT ROWID;
  `,
  // Runs of jobs and what is kept of their output. `value` is the job as JSON; the columns count where they differ from it.
  // `unfinished`: it has not ended, or its end was not told. Lines up to `head_to` are the kept first ones; those after it up
  // to `cut_to` were cut; the kept last ones follow. Bytes are of UTF-8, with line breaks. No `seq` is given twice, so a page of the
  // list goes on where it ended.
  `
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    team TEXT NOT NULL,
    name TEXT,
    state TEXT NOT NULL,
    unfinished INTEGER NOT NULL,
    ended_at REAL,
    attempt INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    cursor TEXT,
    last_line INTEGER NOT NULL DEFAULT 0,
    head_to INTEGER NOT NULL DEFAULT 0,
    head_bytes INTEGER NOT NULL DEFAULT 0,
    tail_bytes INTEGER NOT NULL DEFAULT 0,
    cut_to INTEGER NOT NULL DEFAULT 0,
    cut_bytes INTEGER NOT NULL DEFAULT 0,
    value TEXT NOT NULL
  );
  CREATE INDEX jobs_team ON jobs (team, seq);
  CREATE INDEX jobs_state ON jobs (team, state, seq);
  CREATE INDEX jobs_name ON jobs (team, name, state, seq);
  CREATE INDEX jobs_unfinished ON jobs (seq) WHERE unfinished = 1;
  CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE job_output (
    job INTEGER NOT NULL,
    first_line INTEGER NOT NULL,
    last_line INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    lines TEXT NOT NULL,
    PRIMARY KEY (job, last_line)
  );
  `,
  // Workspaces that installed the bot by /slack/install, with sealed tokens. API tokens and entries of the audit log of a team other
  // than the operator's have it in `team`; the operator's have none. Such entries leave with their team.
  `
  CREATE TABLE workspaces (
    team TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    enterprise TEXT,
    is_org INTEGER NOT NULL,
    bot_user TEXT NOT NULL,
    bot_id TEXT,
    url TEXT NOT NULL,
    scopes TEXT NOT NULL,
    installed_by TEXT NOT NULL,
    installed_at REAL NOT NULL,
    bot_token TEXT NOT NULL,
    refresh_token TEXT,
    token_expires_at REAL,
    trouble TEXT
  ) WITHOUT ROWID;
  ALTER TABLE tokens ADD COLUMN team TEXT;
  ALTER TABLE audit ADD COLUMN team TEXT;
  CREATE INDEX audit_teams ON audit (team) WHERE team IS NOT NULL;
  DROP TRIGGER audit_is_kept;
  CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit
  WHEN old.team IS NULL AND old.at > (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) - 7776000000
  BEGIN SELECT raise(ABORT, 'entries of the audit log are kept for 90 days'); END;
  `,
  // The log of events for programs outside. No position is given twice.
  `
  CREATE TABLE event_log (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    id TEXT NOT NULL,
    team TEXT NOT NULL,
    body TEXT NOT NULL
  );
  `,
  // Bots that the Redis hash of Relax registers, beside those that came by /slack/install.
  `
  ALTER TABLE workspaces ADD COLUMN origin TEXT NOT NULL DEFAULT 'install';
  ALTER TABLE workspaces ADD COLUMN namespace TEXT NOT NULL DEFAULT '';
  `,
];
