import type { ClientBase } from 'pg';
import { serverActions } from '../../domain/audit.ts';

/**
 * Resolves with whether a store in PostgreSQL can be replaced without loss, by the rules of `ultronex restore`: it has no
 * patterns, mutes, scans, tokens or jobs, no audit log, and no messages but those of `renewed` sources.
 */
export async function isUnused(client: ClientBase, schema: string, renewed: readonly string[]): Promise<boolean> {
  const { rows } = await client.query('SELECT to_regclass($1) IS NULL AS foreign', [`${schema}.job_output`]);
  if (rows[0].foreign) return false;
  const found = await client.query(
    `SELECT EXISTS (SELECT FROM ${schema}.deliveries WHERE source <> ALL($1))
       OR EXISTS (SELECT FROM ${schema}.subscriptions) OR EXISTS (SELECT FROM ${schema}.mutes)
       OR EXISTS (SELECT FROM ${schema}.scans) OR EXISTS (SELECT FROM ${schema}.tokens)
       OR EXISTS (SELECT FROM ${schema}.jobs)
       OR EXISTS (SELECT FROM ${schema}.audit WHERE outcome <> 'refused' AND action <> ALL($2)) AS anything`,
    [renewed, serverActions],
  );
  return !found.rows[0].anything;
}
