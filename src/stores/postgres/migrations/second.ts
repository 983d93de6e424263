/** Version 2: workspaces, API tokens and entries of the audit log of teams; see SQLite's version 20. */
export const second = `
  CREATE TABLE workspaces (
    team text PRIMARY KEY,
    name text NOT NULL,
    enterprise text,
    is_org boolean NOT NULL,
    bot_user text NOT NULL,
    bot_id text,
    url text NOT NULL,
    scopes text NOT NULL,
    installed_by text NOT NULL,
    installed_at double precision NOT NULL,
    bot_token text NOT NULL,
    refresh_token text,
    token_expires_at double precision,
    trouble text
  );
  ALTER TABLE tokens ADD COLUMN team text;
  ALTER TABLE audit ADD COLUMN team text;
  CREATE INDEX audit_teams ON audit (team) WHERE team IS NOT NULL;
  CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'UPDATE' THEN RAISE EXCEPTION 'entries of the audit log cannot be changed'; END IF;
    IF OLD.team IS NULL AND OLD.at > (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) - 7776000000 THEN
      RAISE EXCEPTION 'entries of the audit log are kept for 90 days';
    END IF;
    RETURN OLD;
  END $$;
`;
