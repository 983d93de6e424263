import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import {
  changeableColumns,
  checkTeamCursor,
  toInstallation,
  type WorkspaceRow,
  workspaceColumns,
  workspaceValues,
} from '../common/workspace-rows.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Database, Value } from './database.ts';

/** The workspaces that installed the bot. `tell`: after one was written or removed. */
export function createWorkspaces(
  db: Database,
  queue: CommitQueue,
  tell: (team: string) => void,
): Omit<WorkspaceStore, 'onWorkspace' | 'onErased' | 'eraseTeam'> {
  const select = 'SELECT * FROM workspaces';
  const one = db.prepare<[string], WorkspaceRow>(`${select} WHERE team = ?`);
  const after = db.prepare<[string, number], WorkspaceRow>(`${select} WHERE team > ? ORDER BY team LIMIT ?`);
  const count = db.prepare<[], number>('SELECT count(*) FROM workspaces').pluck();
  const troubled = db.prepare<[], number>('SELECT count(*) FROM workspaces WHERE trouble IS NOT NULL').pluck();
  const expiring = db.prepare<[number, number], WorkspaceRow>(
    `${select} WHERE refresh_token IS NOT NULL AND token_expires_at < ? ORDER BY token_expires_at, team LIMIT ?`,
  );
  const save = db.prepare(
    `INSERT OR REPLACE INTO workspaces (${workspaceColumns.join(', ')}) VALUES (?${', ?'.repeat(workspaceColumns.length - 1)})`,
  );
  const remove = db.prepare('DELETE FROM workspaces WHERE team = ? AND installed_at < ?');

  async function written(team: string, write: () => boolean): Promise<boolean> {
    const isWritten = await queue.run(write);
    if (isWritten) tell(team);
    return isWritten;
  }

  return {
    async workspace(team) {
      const row = one.get(team);
      return row === undefined ? null : toInstallation(row);
    },
    async workspaces(cursor, limit) {
      const rows = after.all(checkTeamCursor(cursor), limit + 1);
      const items = rows.slice(0, limit).map(toInstallation);
      return { items, next: rows.length > limit ? (items.at(-1)?.team ?? null) : null };
    },
    countWorkspaces: async () => count.get() ?? 0,
    countTroubledWorkspaces: async () => troubled.get() ?? 0,
    expiringWorkspaces: async (before, limit) => expiring.all(before, limit).map(toInstallation),
    async saveWorkspace(installation) {
      const values = workspaceValues(installation).map((value) => (typeof value === 'boolean' ? Number(value) : value));
      await written(installation.team, () => {
        save.run(...values);
        return true;
      });
    },
    changeWorkspace(team, installedAt, change) {
      const given = Object.entries(change) as [keyof typeof changeableColumns, Value][];
      if (given.length === 0) return Promise.resolve(false);
      const set = given.map(([field]) => `${changeableColumns[field]} = ?`).join(', ');
      const update = db.prepare<Value[]>(`UPDATE workspaces SET ${set} WHERE team = ? AND installed_at = ?`);
      return written(team, () => update.run(...given.map(([, value]) => value), team, installedAt).changes === 1);
    },
    removeWorkspace: (team, before) => written(team, () => remove.run(team, before).changes === 1),
  };
}
