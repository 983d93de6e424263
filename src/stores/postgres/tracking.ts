import { type Change, type Mute, type Subscription, teamOf } from '../../domain/subscription.ts';
import type { TrackingChanges, TrackingSnapshot } from '../../ports/tracking-store.ts';
import type { Database, Statements } from './database.ts';

/** Subscriptions and mutes. Every change raises the version, by which other instances find it, and stores it for its team. */
export function createTracking(db: Database) {
  async function write(tx: Statements, change: Change, now: number): Promise<Change | null> {
    switch (change.type) {
      case 'subscribe': {
        const { id, team, user, pattern, channel, createdAt, includeOwn = false, paused = null } = change.subscription;
        const count = await tx.run(
          `INSERT INTO subscriptions (id, team, holder, pattern, channel, created_at, include_own, paused)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
          [id, team, user, pattern, channel, createdAt, includeOwn, paused],
        );
        return count === 0 ? null : change;
      }
      case 'unsubscribe':
        return withIds(
          change,
          await tx.query('DELETE FROM subscriptions WHERE id = ANY($1) AND team = $2 RETURNING id', [
            change.ids,
            change.team,
          ]),
        );
      case 'pause':
        return withIds(
          change,
          await tx.query('UPDATE subscriptions SET paused = $3 WHERE id = ANY($1) AND team = $2 RETURNING id', [
            change.ids,
            change.team,
            change.reason,
          ]),
        );
      case 'mute': {
        const { team, user, until } = change.mute;
        void tx.run(
          `INSERT INTO mutes (team, holder, until, since) VALUES ($1, $2, $3, $4)
           ON CONFLICT (team, holder) DO UPDATE SET until = excluded.until, since = excluded.since`,
          [team, user, until, now],
        );
        return { type: 'mute', mute: { ...(until !== null && { since: now }), ...change.mute } };
      }
      case 'unmute': {
        const count = await tx.run('DELETE FROM mutes WHERE team = $1 AND holder = $2', [change.team, change.user]);
        return count === 0 ? null : change;
      }
    }
  }

  return {
    /** Inside the caller's transaction. Resolves with the changes that had an effect. */
    async apply(tx: Statements, changes: readonly Change[], now: number): Promise<TrackingChanges> {
      // Locks the version until the commit, so that the changes of all instances are numbered in the order of their commits.
      const [row] = await tx.query<{ value: number }>(
        `INSERT INTO meta AS m (name, value) VALUES ('changes', 0)
         ON CONFLICT (name) DO UPDATE SET value = m.value RETURNING value`,
      );
      const from = row?.value ?? 0;
      const made: Change[] = [];
      for (const change of changes) {
        const effective = await write(tx, change, now);
        if (effective !== null) made.push(effective);
      }
      const to = from + made.length;
      if (made.length > 0) {
        const teams = [...new Set(made.map(teamOf))];
        void tx.run("UPDATE meta SET value = $1 WHERE name = 'changes'", [to]);
        void tx.run(
          `INSERT INTO tracking_versions (team, version) SELECT team, $2 FROM unnest($1::text[]) team
           ON CONFLICT (team) DO UPDATE SET version = excluded.version`,
          [teams, to],
        );
      }
      return { changes: made, from, to };
    },

    async version(): Promise<number> {
      const [row] = await db.query<{ value: number }>("SELECT value FROM meta WHERE name = 'changes'");
      return row?.value ?? 0;
    },

    async changedSince(version: number, known: readonly string[] = []): Promise<string[]> {
      const rows = await db.query<{ team: string | null }>(
        `SELECT team FROM tracking_versions WHERE version > $1
         UNION ALL SELECT NULL FROM meta WHERE name = 'erased' AND value > $1`,
        [version],
      );
      const changed = rows.flatMap(({ team }) => team ?? []);
      if (changed.length === rows.length || known.length === 0) return changed;
      const gone = await db.query<{ team: string }>(
        `SELECT k.team FROM unnest($1::text[]) k (team)
         WHERE NOT EXISTS (SELECT FROM tracking_versions v WHERE v.team = k.team)`,
        [known],
      );
      return [...changed, ...gone.map(({ team }) => team)];
    },

    /** Inside the caller's transaction: deletes everything of a team. Resolves with the number of rows. */
    async erase(tx: Statements, team: string): Promise<number> {
      // An erased team has no row for its version: the version of the last erase has a row of its own.
      void tx.run(
        `WITH raised AS (
           INSERT INTO meta AS m (name, value) VALUES ('changes', 1)
           ON CONFLICT (name) DO UPDATE SET value = m.value + 1 RETURNING value)
         INSERT INTO meta (name, value) SELECT 'erased', value FROM raised
         ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
      );
      const counts = ['subscriptions', 'mutes', 'tracking_versions'].map((table) =>
        tx.run(`DELETE FROM ${table} WHERE team = $1`, [team]),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },

    /** Reads the subscriptions and mutes of a team at one moment: one statement sees one state. */
    async snapshot(team: string): Promise<TrackingSnapshot> {
      const rows = await db.query<SubscriptionRow & { is_mute: boolean; until: number | null; since: number | null }>(
        `SELECT false AS is_mute, id, team, holder, pattern, channel, created_at, include_own, paused, NULL AS until, NULL AS since
         FROM subscriptions WHERE team = $1
         UNION ALL
         SELECT true, NULL, team, holder, NULL, NULL, NULL, NULL, NULL, until, since FROM mutes WHERE team = $1
         ORDER BY created_at, id`,
        [team],
      );
      return {
        subscriptions: rows.filter(({ is_mute }) => !is_mute).map(toSubscription),
        mutes: rows.filter(({ is_mute }) => is_mute).map(toMute),
      };
    },
  };
}

const withIds = <C extends Change & { ids: string[] }>(change: C, rows: readonly { id: string }[]): C | null => {
  const found = new Set(rows.map(({ id }) => id));
  const ids = change.ids.filter((id) => found.has(id));
  return ids.length === 0 ? null : { ...change, ids };
};

interface SubscriptionRow {
  id: string;
  team: string;
  holder: string;
  pattern: string;
  channel: string | null;
  created_at: number;
  include_own: boolean;
  paused: string | null;
}

const toSubscription = (row: SubscriptionRow): Subscription => ({
  id: row.id,
  team: row.team,
  user: row.holder,
  pattern: row.pattern,
  channel: row.channel,
  createdAt: row.created_at,
  ...(row.include_own && { includeOwn: true }),
  ...(row.paused !== null && { paused: row.paused }),
});

const toMute = ({
  team,
  holder,
  until,
  since,
}: {
  team: string;
  holder: string;
  until: number | null;
  since: number | null;
}): Mute => ({
  ...{ team, user: holder, until },
  ...(until !== null && since !== null && { since }),
});
