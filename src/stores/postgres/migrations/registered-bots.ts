/** Version 4: bots that the Redis hash of Relax registers; see SQLite's version 22. */
export const registeredBots = `
  ALTER TABLE workspaces ADD COLUMN origin text NOT NULL DEFAULT 'install';
  ALTER TABLE workspaces ADD COLUMN namespace text NOT NULL DEFAULT '';
`;
