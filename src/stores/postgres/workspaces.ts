import type { Attachment } from '../../domain/delivery.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import {
  changeableColumns,
  checkTeamCursor,
  keyPrefixesOf,
  toInstallation,
  type WorkspaceRow,
  workspaceColumns,
  workspaceValues,
} from '../common/workspace-rows.ts';
import { dropBlobs } from './blobs.ts';
import type { Database, Statements, Value } from './database.ts';

/** Rows that one transaction deletes. */
const rowsAtOnce = 1_000;

/**
 * Makes the erases of all instances run one after another. Two of them would block each other through a third transaction, which
 * holds a lane that one erase wants and waits for the table that the other erase has locked.
 */
const oneAtATime = "SELECT pg_advisory_xact_lock(hashtext('ultronex.erase'), hashtext(current_schema()))";

const eraseByTeam = [
  'DELETE FROM digests WHERE lane IN (SELECT id FROM lanes WHERE team = $1)',
  'DELETE FROM lanes WHERE team = $1 AND NOT EXISTS (SELECT FROM deliveries d WHERE d.lane = lanes.id)',
  "DELETE FROM scans WHERE message::jsonb ->> 'team' = $1",
  "DELETE FROM effects WHERE asker::jsonb ->> 'team' = $1",
  'DELETE FROM tokens WHERE team = $1',
  'DELETE FROM audit WHERE team = $1',
  'DELETE FROM incident_history WHERE incident IN (SELECT number FROM incidents WHERE team = $1)',
  'DELETE FROM incidents WHERE team = $1',
  'DELETE FROM job_output WHERE job IN (SELECT seq FROM jobs WHERE team = $1)',
  'DELETE FROM jobs WHERE team = $1',
  "DELETE FROM leases WHERE name = 'token:' || $1",
  'DELETE FROM events_out WHERE team = $1',
  'DELETE FROM event_log WHERE team = $1',
  'DELETE FROM installations WHERE team = $1',
  'DELETE FROM workspaces WHERE team = $1',
];

export interface WorkspaceParts {
  db: Database;
  /** In the caller's transaction: deletes the patterns and mutes of a team. Resolves with the number of rows. */
  eraseTracking(tx: Statements, team: string): Promise<number>;
  /** After one was written or removed. */
  tell(team: string): void;
  tellErased(team: string): void;
}

/** The workspaces that installed the bot. */
export function createWorkspaces({
  db,
  eraseTracking,
  tell,
  tellErased,
}: WorkspaceParts): Omit<WorkspaceStore, 'onWorkspace' | 'onErased'> {
  async function written(team: string, count: Promise<number>): Promise<boolean> {
    const isWritten = (await count) === 1;
    if (isWritten) tell(team);
    return isWritten;
  }

  async function untilNone(step: () => Promise<number>): Promise<number> {
    for (let all = 0; ; ) {
      const deleted = await step();
      all += deleted;
      if (deleted < rowsAtOnce) return all;
    }
  }

  async function countOf(sql: string): Promise<number> {
    const [row] = await db.query<{ count: number }>(sql);
    return row?.count ?? 0;
  }

  const eraseDeliveries = (team: string): Promise<number> =>
    db.transaction(async (tx) => {
      void tx.run(oneAtATime);
      void tx.run('SELECT id FROM lanes WHERE team = $1 ORDER BY id FOR NO KEY UPDATE', [team]);
      const rows = await tx.query<{ attachments: string | null }>(
        `DELETE FROM deliveries WHERE seq IN (
           SELECT d.seq FROM deliveries d JOIN lanes l ON l.id = d.lane WHERE l.team = $1 LIMIT ${rowsAtOnce})
         RETURNING attachments`,
        [team],
      );
      dropBlobs(
        tx,
        rows.flatMap(({ attachments }) => (attachments === null ? [] : (JSON.parse(attachments) as Attachment[]))),
      );
      return rows.length;
    });

  const eraseKeys = (prefix: string): Promise<number> =>
    db.run(`DELETE FROM events WHERE key IN (SELECT key FROM events WHERE starts_with(key, $1) LIMIT ${rowsAtOnce})`, [
      prefix,
    ]);

  /**
   * After the installation is gone. The lock waits for transactions that count and have not seen that; later ones see it. Nothing else
   * is locked, so nobody can wait for this and be waited for.
   */
  const eraseCounts = (team: string): Promise<number> =>
    db.transaction(async (tx) => {
      void tx.run(oneAtATime);
      void tx.run('LOCK TABLE counters, slack_errors IN SHARE ROW EXCLUSIVE MODE');
      const counts = ['counters', 'slack_errors'].map((table) =>
        tx.run(`DELETE FROM ${table} WHERE team = $1`, [team]),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    });

  return {
    async workspace(team) {
      const [row] = await db.query<WorkspaceRow>('SELECT * FROM workspaces WHERE team = $1', [team]);
      return row === undefined ? null : toInstallation(row);
    },
    async workspaces(cursor, limit) {
      const rows = await db.query<WorkspaceRow>('SELECT * FROM workspaces WHERE team > $1 ORDER BY team LIMIT $2', [
        checkTeamCursor(cursor),
        limit + 1,
      ]);
      const items = rows.slice(0, limit).map(toInstallation);
      return { items, next: rows.length > limit ? (items.at(-1)?.team ?? null) : null };
    },
    countWorkspaces: () => countOf('SELECT count(*) AS count FROM workspaces'),
    countTroubledWorkspaces: () => countOf('SELECT count(*) AS count FROM workspaces WHERE trouble IS NOT NULL'),
    async expiringWorkspaces(before, limit) {
      const rows = await db.query<WorkspaceRow>(
        `SELECT * FROM workspaces WHERE refresh_token IS NOT NULL AND token_expires_at < $1
         ORDER BY token_expires_at, team LIMIT $2`,
        [before, limit],
      );
      return rows.map(toInstallation);
    },
    async saveWorkspace(installation) {
      const set = workspaceColumns.map((name) => `${name} = excluded.${name}`).join(', ');
      const count = db.run(
        `INSERT INTO workspaces (${workspaceColumns.join(', ')})
         VALUES (${workspaceColumns.map((_, index) => `$${index + 1}`).join(', ')}) ON CONFLICT (team) DO UPDATE SET ${set}`,
        workspaceValues(installation),
      );
      await written(installation.team, count);
    },
    changeWorkspace(team, installedAt, change) {
      const given = Object.entries(change) as [keyof typeof changeableColumns, Value][];
      if (given.length === 0) return Promise.resolve(false);
      const set = given.map(([field], index) => `${changeableColumns[field]} = $${index + 3}`).join(', ');
      const values = [team, installedAt, ...given.map(([, value]) => value)];
      return written(team, db.run(`UPDATE workspaces SET ${set} WHERE team = $1 AND installed_at = $2`, values));
    },
    removeWorkspace: (team, before) =>
      written(team, db.run('DELETE FROM workspaces WHERE team = $1 AND installed_at < $2', [team, before])),
    async eraseTeam(team) {
      let all = await untilNone(() => eraseDeliveries(team));
      for (const prefix of keyPrefixesOf(team)) all += await untilNone(() => eraseKeys(prefix));
      const rest = await db.transaction(async (tx) => {
        void tx.run(oneAtATime);
        // In the order in which all others lock them.
        void tx.run('SELECT id FROM lanes WHERE team = $1 ORDER BY id FOR UPDATE', [team]);
        const counts = eraseByTeam.map((sql) => tx.run(sql, [team]));
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      });
      // In a transaction of its own: whoever changes a subscription waits for it, in every instance.
      const tracked = await db.transaction((tx) => eraseTracking(tx, team));
      const counted = await eraseCounts(team);
      tell(team);
      tellErased(team);
      return all + rest + tracked + counted;
    },
  };
}
