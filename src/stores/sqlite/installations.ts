import type { InstallationStore } from '../../ports/store.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { CounterTable } from './counters.ts';
import type { Database } from './database.ts';
import type { IncidentTable } from './incidents.ts';
import type { JobTable } from './jobs.ts';
import type { Lanes } from './lanes.ts';

export interface InstallationTable {
  /** Teams, the most recently seen one last. */
  all(): string[];
  /** Inside the caller's transaction. */
  install(team: string, now: number): void;
  /** See CounterTable. */
  serve(team: string): void;
  /** Inside the caller's transaction: gives `team` the data of team ''. */
  adopt(team: string): void;
}

/** The workspaces that the bot is installed in. */
export function createInstallationTable(
  db: Database,
  lanes: Pick<Lanes, 'adopt'>,
  counters: Pick<CounterTable, 'adopt' | 'serve'>,
  incidents: Pick<IncidentTable, 'adopt'>,
  jobs: Pick<JobTable, 'adopt'>,
): InstallationTable {
  const all = db.prepare<[], string>('SELECT team FROM installations ORDER BY seen_at, team').pluck();
  const install = db.prepare('INSERT OR REPLACE INTO installations (team, seen_at) VALUES (?, ?)');
  // `idempotency::KEY` becomes `idempotency:TEAM:KEY`.
  const adoptKeys = db.prepare(
    `UPDATE OR IGNORE events SET key = 'idempotency:' || ? || substr(key, 13)
     WHERE key >= 'idempotency::' AND key < 'idempotency:;'`,
  );
  return {
    all: () => all.all(),
    install: (team, now) => void install.run(team, now),
    serve: counters.serve,
    adopt(team) {
      lanes.adopt(team);
      counters.adopt(team);
      incidents.adopt(team);
      jobs.adopt(team);
      adoptKeys.run(team);
    },
  };
}

export function createInstallationStore(
  { all, install, serve, adopt }: InstallationTable,
  queue: CommitQueue,
  now: () => number,
): InstallationStore {
  return {
    installations: async () => all(),
    install(team) {
      serve(team);
      return queue.run(() => {
        install(team, now());
        adopt(team);
      });
    },
    adopt(team) {
      serve(team);
      return queue.run(() => adopt(team));
    },
  };
}
