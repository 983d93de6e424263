import { ofModules } from './first-of-modules.ts';

/**
 * Version 1 of the store: the tables of SQLite's version 19, see there for their columns.
 *
 * A lane is the queue of one destination. `ready_at` is in no index, so that an update of a lane touches none (HOT); there are few
 * lanes that wait. Rows are locked in one order: lanes by their ids, then deliveries. Whoever accepts a message holds its lane with
 * FOR KEY SHARE, which stops nobody but the one who puts the lane to rest (FOR UPDATE).
 */
export const first = `
  CREATE TABLE lanes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    team text NOT NULL,
    kind text NOT NULL,
    address text NOT NULL,
    waiting boolean NOT NULL DEFAULT false,
    ready_at double precision NOT NULL DEFAULT 0,
    tat double precision NOT NULL DEFAULT 0,
    lease_owner text,
    UNIQUE (team, kind, address)
  ) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
  CREATE INDEX lanes_waiting ON lanes (id) WHERE waiting;

  CREATE TABLE deliveries (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    lane bigint NOT NULL,
    open smallint NOT NULL DEFAULT 1,
    state text NOT NULL DEFAULT 'queued',
    text text NOT NULL,
    title text,
    sections text,
    buttons text,
    blocks text,
    tone text,
    thread_ts text,
    reply_to text,
    only_for text,
    slack_fields text,
    attachments text,
    source text NOT NULL,
    trace text NOT NULL,
    similar_key bigint,
    created_at double precision NOT NULL,
    expires_at double precision NOT NULL,
    updated_at double precision NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    hidden smallint NOT NULL DEFAULT 0,
    slack_channel text,
    slack_ts text,
    permalink text,
    uploaded integer NOT NULL DEFAULT 0,
    error text,
    warnings text,
    merged_into bigint,
    merged_count integer NOT NULL DEFAULT 0,
    shown integer NOT NULL DEFAULT 0,
    pending text,
    revision integer NOT NULL DEFAULT 0
  ) WITH (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.05);
  CREATE INDEX deliveries_open ON deliveries (lane, seq) WHERE open = 1;
  CREATE INDEX deliveries_similar ON deliveries (lane, similar_key, seq) WHERE open = 1 AND similar_key IS NOT NULL;
  CREATE INDEX deliveries_merged ON deliveries (merged_into) WHERE merged_into IS NOT NULL;

  CREATE TABLE digests (
    lane bigint NOT NULL,
    similar_key bigint NOT NULL,
    seq bigint NOT NULL,
    until double precision NOT NULL,
    PRIMARY KEY (lane, similar_key)
  );

  CREATE TABLE events (
    key text PRIMARY KEY,
    at double precision NOT NULL,
    fingerprint text,
    delivery text
  );

  CREATE TABLE blobs (id text PRIMARY KEY, uses integer NOT NULL, bytes bytea NOT NULL);
  ALTER TABLE blobs ALTER COLUMN bytes SET STORAGE EXTERNAL;

  CREATE TABLE scans (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    ready_at double precision NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    message text NOT NULL
  );

  CREATE TABLE effects (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    ready_at double precision NOT NULL,
    begun integer NOT NULL DEFAULT 0,
    name text NOT NULL,
    argument text NOT NULL,
    asker text NOT NULL
  );

  CREATE TABLE subscriptions (
    id text PRIMARY KEY,
    team text NOT NULL,
    holder text NOT NULL,
    pattern text NOT NULL,
    channel text,
    created_at double precision NOT NULL,
    include_own boolean NOT NULL DEFAULT false,
    paused text
  );
  CREATE UNIQUE INDEX subscriptions_once ON subscriptions (team, holder, md5(pattern), coalesce(channel, ''));

  CREATE TABLE mutes (
    team text NOT NULL,
    holder text NOT NULL,
    until double precision,
    since double precision,
    PRIMARY KEY (team, holder)
  );

  CREATE TABLE tracking_versions (team text PRIMARY KEY, version bigint NOT NULL);
  CREATE INDEX tracking_changed ON tracking_versions (version);

  CREATE TABLE module_state (name text PRIMARY KEY, value text NOT NULL, updated_at double precision NOT NULL);
  CREATE TABLE installations (team text PRIMARY KEY, seen_at double precision NOT NULL);
  CREATE TABLE meta (name text PRIMARY KEY, value double precision NOT NULL);

  -- Each instance counts in rows of its own, by its number, so that none waits for another's commit.
  CREATE TABLE counters (
    team text NOT NULL,
    name text NOT NULL,
    instance integer NOT NULL,
    value bigint NOT NULL,
    PRIMARY KEY (team, name, instance)
  ) WITH (fillfactor = 20);
  CREATE TABLE slack_errors (team text NOT NULL, text text NOT NULL, count bigint NOT NULL, PRIMARY KEY (team, text));

  -- The newest transaction of each name that was committed, see transactions.ts.
  CREATE TABLE marks (
    name text PRIMARY KEY,
    number bigint NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
  ) WITH (fillfactor = 20);
  CREATE FUNCTION mark_after_loss(mark text, next bigint) RETURNS bigint LANGUAGE plpgsql AS $$
  DECLARE was bigint;
  BEGIN
    -- Waits for a transaction that has written this mark and not ended.
    INSERT INTO marks (name, number) VALUES (mark, 0) ON CONFLICT DO NOTHING;
    SELECT number INTO was FROM marks WHERE name = mark FOR UPDATE;
    IF was >= next THEN RAISE EXCEPTION 'the mark % was written with % meanwhile', mark, was; END IF;
    UPDATE marks SET number = next, at = clock_timestamp() WHERE name = mark;
    RETURN was;
  END $$;
  CREATE FUNCTION mark(mark text, next bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    UPDATE marks SET number = next, at = clock_timestamp() WHERE name = mark AND number < next;
    IF NOT FOUND THEN PERFORM mark_after_loss(mark, next); END IF;
  END $$;
  ${ofModules}`;
