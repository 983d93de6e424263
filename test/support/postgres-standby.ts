import { rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { copyAsServer, type PostgresServer, startPostgres, writeAsServer } from './postgres.ts';

/** Settings of a primary whose commits wait for the standby `standby`. */
export const replicating = [
  'wal_level=replica',
  'max_wal_senders=4',
  'hot_standby=on',
  'wal_retrieve_retry_interval=100ms',
];

export async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Starts a standby from a copy of the primary's folder (there is no pg_basebackup), and lets commits wait for it. */
export async function startStandby(primary: PostgresServer): Promise<PostgresServer> {
  const standby = await startPostgres({
    fsync: true,
    settings: replicating,
    async copyOf(dataDir) {
      const client = new pg.Client({ connectionString: primary.url });
      await client.connect();
      await client.query("SELECT pg_backup_start('standby', true)");
      copyAsServer(primary.dataDir, dataDir);
      const { rows } = await client.query('SELECT labelfile FROM pg_backup_stop(false)');
      await client.end();
      rmSync(join(dataDir, 'postmaster.pid'));
      writeAsServer(join(dataDir, 'backup_label'), rows[0].labelfile);
      writeAsServer(join(dataDir, 'standby.signal'), '');
      writeAsServer(
        join(dataDir, 'postgresql.auto.conf'),
        `primary_conninfo = 'host=127.0.0.1 port=${primary.port} user=ultronex application_name=standby'\n`,
      );
    },
  });
  await query(primary.url, "ALTER SYSTEM SET synchronous_standby_names = 'standby'");
  await query(primary.url, 'SELECT pg_reload_conf()');
  for (;;) {
    const [row] = await query(primary.url, "SELECT sync_state FROM pg_stat_replication WHERE state = 'streaming'");
    if (row?.sync_state === 'sync') return standby;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
