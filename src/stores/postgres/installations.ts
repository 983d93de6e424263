import type { InstallationStore } from '../../ports/store.ts';
import type { Counters } from './counters.ts';
import type { Database, Statements } from './database.ts';

/** The workspaces that the bot is installed in. */
export function createInstallations(
  db: Database,
  counters: Pick<Counters, 'adopt' | 'serve'>,
  now: () => number,
): InstallationStore {
  /** Gives `team` the data of team ''. What it has itself already stays where it is. */
  function adopt(tx: Statements, team: string): void {
    void tx.run(
      `UPDATE lanes SET team = $1 WHERE id IN (SELECT id FROM lanes l WHERE team = ''
         AND NOT EXISTS (SELECT FROM lanes o WHERE o.team = $1 AND o.kind = l.kind AND o.address = l.address)
         ORDER BY id FOR UPDATE)`,
      [team],
    );
    counters.adopt(tx, team);
    void tx.run(
      `UPDATE incidents i SET team = $1 WHERE team = ''
         AND NOT (open AND EXISTS (SELECT FROM incidents o WHERE o.team = $1 AND o.key = i.key AND o.open))`,
      [team],
    );
    void tx.run("UPDATE jobs SET team = $1 WHERE team = ''", [team]);
    // `idempotency::KEY` becomes `idempotency:TEAM:KEY`.
    void tx.run(
      `UPDATE events e SET key = 'idempotency:' || $1::text || substr(key, 13) WHERE key LIKE 'idempotency::%'
         AND NOT EXISTS (SELECT FROM events o WHERE o.key = 'idempotency:' || $1::text || substr(e.key, 13))`,
      [team],
    );
  }

  return {
    async installations() {
      const rows = await db.query<{ team: string }>('SELECT team FROM installations ORDER BY seen_at, team');
      return rows.map(({ team }) => team);
    },
    install(team) {
      counters.serve(team);
      return db.transaction(async (tx) => {
        void tx.run(
          `INSERT INTO installations (team, seen_at) VALUES ($1, $2)
           ON CONFLICT (team) DO UPDATE SET seen_at = excluded.seen_at`,
          [team, now()],
        );
        adopt(tx, team);
      });
    },
    adopt(team) {
      counters.serve(team);
      return db.transaction(async (tx) => adopt(tx, team));
    },
  };
}
