import { keyPrefixesOf } from '../common/workspace-rows.ts';
import type { CommitQueue } from './commit-queue.ts';
import type { Database } from './database.ts';
import type { Lanes } from './lanes.ts';
import type { TrackingTable } from './tracking.ts';

/** Rows that one step deletes. */
const rowsAtOnce = 1_000;

/** Deletes everything of a team, in steps of some milliseconds. `dropBlobs`: ends a delivery's use of its files. */
export function createErase(
  db: Database,
  queue: CommitQueue,
  {
    lanes,
    tracking,
    dropBlobs,
  }: { lanes: Pick<Lanes, 'forget'>; tracking: Pick<TrackingTable, 'erase'>; dropBlobs(id: string): void },
): (team: string) => Promise<number> {
  const deliveries = db
    .prepare<[string, number], string>(
      'SELECT d.id FROM deliveries d JOIN lanes l ON l.id = d.lane WHERE l.team = ? LIMIT ?',
    )
    .pluck();
  const forget = db.prepare('DELETE FROM deliveries WHERE id = ?');
  const forgetDigests = db.prepare('DELETE FROM digests WHERE lane IN (SELECT id FROM lanes WHERE team = ?)');
  const keys = db.prepare<[string, string, number]>(
    'DELETE FROM events WHERE key IN (SELECT key FROM events WHERE key >= ? AND key < ? LIMIT ?)',
  );
  // The newest delivery may have been the team's, and its number is given again.
  const beginAnew = db.prepare(
    'UPDATE lanes SET first_seq = 0 WHERE first_seq > (SELECT ifnull(max(seq), 0) FROM deliveries)',
  );
  const byTeam = [
    'DELETE FROM lanes WHERE team = ?',
    "DELETE FROM scans WHERE json_extract(message, '$.team') = ?",
    "DELETE FROM effects WHERE json_extract(asker, '$.team') = ?",
    'DELETE FROM counters WHERE team = ?',
    'DELETE FROM slack_errors WHERE team = ?',
    'DELETE FROM tokens WHERE team = ?',
    'DELETE FROM audit WHERE team = ?',
    'DELETE FROM incident_history WHERE incident IN (SELECT number FROM incidents WHERE team = ?)',
    'DELETE FROM incidents WHERE team = ?',
    'DELETE FROM job_output WHERE job IN (SELECT seq FROM jobs WHERE team = ?)',
    'DELETE FROM jobs WHERE team = ?',
    "DELETE FROM leases WHERE name = 'token:' || ?",
    'DELETE FROM event_log WHERE team = ?',
    'DELETE FROM installations WHERE team = ?',
    'DELETE FROM workspaces WHERE team = ?',
  ].map((sql) => db.prepare<[string]>(sql));

  function eraseDeliveries(team: string): number {
    const ids = deliveries.all(team, rowsAtOnce);
    for (const id of ids) {
      dropBlobs(id);
      forget.run(id);
    }
    return ids.length;
  }

  /** The first character after `:` in ASCII ends the range of a prefix. */
  const eraseKeys = (prefix: string) => keys.run(prefix, `${prefix.slice(0, -1)};`, rowsAtOnce).changes;

  function eraseRest(team: string): number {
    forgetDigests.run(team);
    const count = byTeam.reduce((sum, statement) => sum + statement.run(team).changes, tracking.erase(team));
    beginAnew.run();
    lanes.forget();
    return count;
  }

  async function untilNone(step: () => number): Promise<number> {
    for (let all = 0; ; ) {
      const deleted = await queue.run(step);
      all += deleted;
      if (deleted < rowsAtOnce) return all;
    }
  }

  return async function erase(team) {
    let all = await untilNone(() => eraseDeliveries(team));
    for (const prefix of keyPrefixesOf(team)) all += await untilNone(() => eraseKeys(prefix));
    return all + (await queue.run(() => eraseDeliveries(team) + eraseRest(team)));
  };
}
