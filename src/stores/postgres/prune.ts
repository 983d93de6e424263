import { auditKeptMs } from '../../domain/audit.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Attachment } from '../../domain/delivery.ts';
import { type TrustedTime, trust } from '../../domain/trusted-time.ts';
import { dropBlobs } from './blobs.ts';
import type { Database } from './database.ts';

export interface PruneParts {
  db: Database;
  clock: Clock;
  audit: { prune(before: number, limit: number): Promise<number> };
  incidents: { openCards(): Promise<string[]>; prune(before: number): Promise<void> };
  history: { prune(now: number): Promise<void> };
}

export interface Pruning {
  /** Deletes what ended before a time, at most what is older than 25 h. Resolves with the number of deliveries. */
  prune(before: number): Promise<number>;
  /** Resolves with a time for a deletion: `before`, or as much earlier as the clock is ahead of the trusted time. */
  trusted(before: number): number;
  /** Reads the trusted time of the last end. */
  open(): Promise<void>;
  /** Stores the trusted time for the next start. */
  save(): Promise<void>;
}

/** Rows that one transaction deletes. */
const rowsAtOnce = 1_000;
/** Idempotency keys and event ids are kept at least this long. */
const rememberMs = 25 * 3_600_000;

/**
 * Deletes what has ended, in steps that keep no lock for long. Several instances may do so at once: each takes rows that no other
 * has. The newest delivery stays because SQLite's does, and the cards of open incidents stay.
 */
export function createPruning({ db, clock, audit, incidents, history }: PruneParts): Pruning {
  let trusted: TrustedTime = { at: clock.now(), aheadMs: 0 };
  let trustedOn = clock.monotonic();

  function advance(): void {
    const now = clock.monotonic();
    trusted = trust(trusted, clock.now(), now - trustedOn);
    trustedOn = now;
  }

  async function save(): Promise<void> {
    advance();
    await db.run(
      `INSERT INTO meta (name, value) VALUES ('trusted_at', $1), ('trusted_ahead', $2)
       ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      [trusted.at, trusted.aheadMs],
    );
  }

  /** Resolves with the number of deleted deliveries. */
  const pruneDeliveries = (before: number, cards: readonly string[]): Promise<number> =>
    db.transaction(async (tx) => {
      const rows = await tx.query<{ state: string; attachments: string | null }>(
        `DELETE FROM deliveries WHERE seq IN (
           SELECT seq FROM deliveries WHERE open = 0 AND updated_at < $1 AND id <> ALL($2)
             AND seq < (SELECT max(seq) FROM deliveries) ORDER BY seq LIMIT ${rowsAtOnce} FOR UPDATE SKIP LOCKED)
         RETURNING state, attachments`,
        [before, cards],
      );
      const unsent = rows.filter(({ state }) => state === 'failed' || state === 'expired' || state === 'merged');
      dropBlobs(
        tx,
        unsent.flatMap(({ attachments }) => (attachments === null ? [] : (JSON.parse(attachments) as Attachment[]))),
      );
      return rows.length;
    });

  const pruneEvents = (before: number): Promise<number> =>
    db.run(
      `DELETE FROM events WHERE key IN (SELECT key FROM events WHERE at < $1 LIMIT ${rowsAtOnce} FOR UPDATE SKIP LOCKED)`,
      [before],
    );

  async function untilNone(step: () => Promise<number>): Promise<number> {
    let all = 0;
    for (;;) {
      const deleted = await step();
      all += deleted;
      if (deleted < rowsAtOnce) return all;
    }
  }

  return {
    async prune(given) {
      const age = Math.max(clock.now() - given, rememberMs);
      await save();
      const before = trusted.at - age;
      const auditBefore = trusted.at - auditKeptMs;
      const cards = await incidents.openCards();
      const deleted = await untilNone(() => pruneDeliveries(before, cards));
      await untilNone(() => pruneEvents(before));
      await db.run('DELETE FROM digests WHERE until < $1', [before]);
      await db.run('DELETE FROM mutes WHERE until < $1', [before]);
      await db.run('DELETE FROM module_state WHERE updated_at < $1', [before]);
      await db.run('DELETE FROM tokens WHERE revoked_at < $1 OR expires_at < $1', [auditBefore]);
      await db.run("DELETE FROM marks WHERE at < clock_timestamp() - interval '1 day'");
      // One that an accept holds is left for the next time.
      await db.run(
        `DELETE FROM lanes WHERE id IN (SELECT id FROM lanes l WHERE NOT waiting AND lease_owner IS NULL
           AND NOT EXISTS (SELECT FROM deliveries d WHERE d.lane = l.id) FOR UPDATE SKIP LOCKED)`,
      );
      await incidents.prune(auditBefore);
      await untilNone(() => audit.prune(auditBefore, rowsAtOnce));
      await history.prune(trusted.at);
      return deleted;
    },
    trusted(before) {
      advance();
      return trusted.at - (clock.now() - before);
    },
    async open() {
      const rows = await db.query<{ name: string; value: number }>(
        "SELECT name, value FROM meta WHERE name IN ('trusted_at', 'trusted_ahead')",
      );
      const stored = new Map(rows.map(({ name, value }) => [name, value]));
      trusted = { at: stored.get('trusted_at') ?? clock.now(), aheadMs: stored.get('trusted_ahead') ?? 0 };
      trustedOn = clock.monotonic();
    },
    save,
  };
}
