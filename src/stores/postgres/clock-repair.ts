import { longestUsualHoldMs } from '../../domain/waits.ts';
import type { Statements } from './database.ts';

/**
 * Cuts waits and leases to the longest that their rules allow from `now`. They are longer when the server's clock was ahead.
 * @param now by the server's clock
 */
export async function repairWaits(db: Statements, now: number, leaseMs: number, digestOpenMs: number): Promise<void> {
  const leaseEnd = now + leaseMs;
  const usual = now + longestUsualHoldMs;
  const inOrder = (lanes: string) => `WHERE id IN (SELECT id FROM lanes WHERE ${lanes} ORDER BY id FOR NO KEY UPDATE)`;
  await db.run(`UPDATE lanes SET ready_at = $1 ${inOrder('lease_owner IS NOT NULL AND ready_at > $1')}`, [leaseEnd]);
  await db.run(`UPDATE lanes SET ready_at = $1 ${inOrder('lease_owner IS NULL AND ready_at > $2')}`, [now, usual]);
  await db.run('UPDATE scans SET ready_at = $1 WHERE ready_at > $1', [usual]);
  await db.run('UPDATE effects SET ready_at = CASE WHEN begun = 0 THEN $1 ELSE $2 END WHERE ready_at > $2', [
    now,
    usual,
  ]);
  await db.run('UPDATE digests SET until = $1 WHERE until > $1', [now + digestOpenMs]);
}
