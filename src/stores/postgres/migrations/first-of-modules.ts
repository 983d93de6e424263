/** The part of version 1 that access, incidents, watch and jobs use; columns as in SQLite's versions 14 to 19. */
export const ofModules = `
  CREATE TABLE tokens (
    id text PRIMARY KEY,
    name text NOT NULL,
    start text NOT NULL,
    hash text NOT NULL UNIQUE,
    scopes text NOT NULL,
    created_at double precision NOT NULL,
    created_by text NOT NULL,
    last_used_at double precision,
    expires_at double precision,
    revoked_at double precision
  );

  CREATE TABLE audit (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL,
    at double precision NOT NULL,
    actor_kind text NOT NULL,
    actor text NOT NULL,
    source text NOT NULL,
    action text NOT NULL,
    target text NOT NULL,
    outcome text NOT NULL,
    detail text NOT NULL,
    request_id text NOT NULL
  );
  CREATE INDEX audit_actions ON audit (id, seq);
  CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'entries of the audit log cannot be changed'; END IF;
    IF OLD.at > (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) - 7776000000 THEN
      RAISE EXCEPTION 'entries of the audit log are kept for 90 days';
    END IF;
    RETURN OLD;
  END $$;
  CREATE TRIGGER audit_is_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_refuse();

  CREATE TABLE incidents (
    number bigint PRIMARY KEY,
    team text NOT NULL,
    key text NOT NULL,
    open boolean NOT NULL,
    unfinished boolean NOT NULL,
    opened_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    title text NOT NULL,
    card text,
    revision integer NOT NULL,
    value text NOT NULL
  );
  CREATE INDEX incidents_key ON incidents (team, key, number);
  CREATE UNIQUE INDEX incidents_open ON incidents (team, key) WHERE open;
  CREATE INDEX incidents_unfinished ON incidents (number) WHERE unfinished;
  CREATE INDEX incidents_card ON incidents (card) WHERE card IS NOT NULL;
  CREATE TABLE incident_history (
    incident bigint NOT NULL,
    seq integer NOT NULL,
    at double precision NOT NULL,
    kind text NOT NULL,
    actor_kind text NOT NULL,
    actor text NOT NULL,
    text text NOT NULL,
    PRIMARY KEY (incident, seq)
  );

  CREATE TABLE leases (name text PRIMARY KEY, owner text NOT NULL, until double precision NOT NULL);

  CREATE TABLE rollups (
    name text NOT NULL,
    span smallint NOT NULL,
    start double precision NOT NULL,
    total integer NOT NULL,
    up integer NOT NULL,
    latencies text NOT NULL,
    PRIMARY KEY (name, span, start)
  );

  CREATE TABLE jobs (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    team text NOT NULL,
    name text,
    state text NOT NULL,
    unfinished boolean NOT NULL,
    ended_at double precision,
    attempt integer NOT NULL,
    revision integer NOT NULL,
    cursor text,
    last_line bigint NOT NULL DEFAULT 0,
    head_to bigint NOT NULL DEFAULT 0,
    head_bytes bigint NOT NULL DEFAULT 0,
    tail_bytes bigint NOT NULL DEFAULT 0,
    cut_to bigint NOT NULL DEFAULT 0,
    cut_bytes bigint NOT NULL DEFAULT 0,
    value text NOT NULL
  );
  CREATE INDEX jobs_team ON jobs (team, seq);
  CREATE INDEX jobs_state ON jobs (team, state, seq);
  CREATE INDEX jobs_name ON jobs (team, name, state, seq);
  CREATE INDEX jobs_unfinished ON jobs (seq) WHERE unfinished;
  CREATE INDEX jobs_ended ON jobs (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE job_output (
    job bigint NOT NULL,
    first_line bigint NOT NULL,
    last_line bigint NOT NULL,
    bytes integer NOT NULL,
    lines text NOT NULL,
    PRIMARY KEY (job, last_line)
  );
  `;
