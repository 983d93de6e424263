import { Gauge, type Registry } from 'prom-client';
import type { DatabaseState, WantedState } from '../ports/store.ts';

export interface DatabaseMetrics {
  /** The database answered. @param seconds how long it took */
  answered(state: DatabaseState, seconds: number): void;
  /** It did not answer: what it told last is no longer shown. */
  failed(): void;
}

/** Metrics of the database that several instances share. Registered only where there is one. */
export function createDatabaseMetrics(registry: Registry, wanted: WantedState): DatabaseMetrics {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const up = gauge('ultronex_database_up', '1: PostgreSQL answered this instance within the last 15 s.');
  gauge('ultronex_instances_wanted', 'Instances that should run (INSTANCES).').set(wanted.instances);
  gauge('ultronex_database_standbys_wanted', 'Standbys that should follow the database (DATABASE_STANDBYS).').set(
    wanted.standbys,
  );
  const told = {
    instances: gauge('ultronex_instances', 'Instances that are connected to the database.'),
    leasesHeld: gauge('ultronex_leases_held', 'Leases of tasks that this instance has: it runs those tasks.'),
    connectionsUsed: gauge('ultronex_database_connections', 'Connections of the database server that are in use.'),
    connectionsMost: gauge(
      'ultronex_database_connections_limit',
      'Most connections: of the server, the user or the database, whichever is nearest.',
    ),
    sizeBytes: gauge('ultronex_database_size_bytes', 'Size of the database on its disk.'),
    liveRows: gauge('ultronex_database_live_rows', 'Rows of the store, as the server estimates them.'),
    deadRows: gauge('ultronex_database_dead_rows', 'Deleted rows of the store that were not cleaned up yet.'),
    oldestTransactionSeconds: gauge(
      'ultronex_database_oldest_transaction_seconds',
      'Age of the oldest transaction of the database; until its end dead rows are kept.',
    ),
    standbys: gauge('ultronex_database_standbys', 'Standbys that receive what is committed.'),
  } satisfies Record<keyof DatabaseState, Gauge>;
  const answer = gauge('ultronex_database_answer_seconds', 'Time of the last statement that asked for these figures.');
  const shown = [...Object.values(told), answer];
  const forget = () => {
    for (const each of shown) each.remove();
  };
  forget();
  return {
    answered(state, seconds) {
      up.set(1);
      answer.set(seconds);
      for (const [name, each] of Object.entries(told)) each.set(state[name as keyof DatabaseState]);
    },
    failed() {
      up.set(0);
      forget();
    },
  };
}
