import { type Change, type Mute, type Subscription, teamOf } from '../../domain/subscription.ts';
import type { TrackingSnapshot } from '../../ports/tracking-store.ts';
import type { Database } from './database.ts';

export interface TrackingTable {
  /**
   * Runs inside the caller's transaction. Returns the effective change, or null if it had no effect. `now`: the time
   * at which a mute was asked for.
   */
  apply(change: Change, now?: number): Change | null;
  /** Reads the subscriptions and mutes of a team at one moment. Not inside a transaction. */
  snapshot(team: string): TrackingSnapshot;
  version(): number;
  /** See the port. */
  changedSince(version: number, known?: readonly string[]): string[];
  /** Runs inside the caller's transaction: deletes everything of a team. Returns the number of rows. */
  erase(team: string): number;
}

/** Subscriptions and mutes. Every change raises the version, which other processes poll, and stores it for its team. */
export function createTrackingTable(db: Database): TrackingTable {
  const subscribe = db.prepare(
    `INSERT INTO subscriptions (id, team, user, pattern, channel, created_at, include_own, paused)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const unsubscribe = db.prepare('DELETE FROM subscriptions WHERE id = ? AND team = ?');
  const mute = db.prepare('INSERT OR REPLACE INTO mutes (team, user, until, since) VALUES (?, ?, ?, ?)');
  const unmute = db.prepare('DELETE FROM mutes WHERE team = ? AND user = ?');
  const raise = db
    .prepare<[], number>(
      "INSERT INTO meta (name, value) VALUES ('changes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value",
    )
    .pluck();
  const setTeamVersion = db.prepare('INSERT OR REPLACE INTO tracking_versions (team, version) VALUES (?, ?)');
  const changedSince = db.prepare<[number], string>('SELECT team FROM tracking_versions WHERE version > ?').pluck();
  const readVersion = db.prepare("SELECT value FROM meta WHERE name = 'changes'").pluck();
  // The version of the last erase: an erased team has no row that could have one.
  const readErased = db.prepare<[], number>("SELECT value FROM meta WHERE name = 'erased'").pluck();
  const setErased = db.prepare("INSERT OR REPLACE INTO meta (name, value) VALUES ('erased', ?)");
  const hasVersion = db.prepare<[string], number>('SELECT 1 FROM tracking_versions WHERE team = ?').pluck();
  const eraseTeam = ['subscriptions', 'mutes', 'tracking_versions'].map((table) =>
    db.prepare<[string]>(`DELETE FROM ${table} WHERE team = ?`),
  );
  const pause = db.prepare('UPDATE subscriptions SET paused = ? WHERE id = ? AND team = ?');
  const subscriptions = db.prepare<[string], SubscriptionRow>(
    `SELECT id, team, user, pattern, channel, created_at AS createdAt, include_own AS includeOwn, paused
     FROM subscriptions WHERE team = ? ORDER BY created_at, id`,
  );
  const mutes = db.prepare<[string], MuteRow>('SELECT team, user, until, since FROM mutes WHERE team = ?');

  function write(change: Change, now?: number): Change | null {
    switch (change.type) {
      case 'subscribe': {
        const { id, team, user, pattern, channel, createdAt, includeOwn, paused } = change.subscription;
        const own = includeOwn ? 1 : 0;
        const { changes } = subscribe.run(id, team, user, pattern, channel, createdAt, own, paused ?? null);
        return changes === 0 ? null : change;
      }
      case 'unsubscribe': {
        const ids = change.ids.filter((id) => unsubscribe.run(id, change.team).changes > 0);
        return ids.length === 0 ? null : { ...change, ids };
      }
      case 'pause': {
        const ids = change.ids.filter((id) => pause.run(change.reason, id, change.team).changes > 0);
        return ids.length === 0 ? null : { ...change, ids };
      }
      case 'mute': {
        const { team, user, until } = change.mute;
        mute.run(team, user, until, now ?? null);
        return { type: 'mute', mute: { ...(until !== null && now !== undefined && { since: now }), ...change.mute } };
      }
      case 'unmute':
        return unmute.run(change.team, change.user).changes === 0 ? null : change;
    }
  }

  const version = () => (readVersion.get() as number | undefined) ?? 0;

  const begin = db.prepare('BEGIN');
  const end = db.prepare('COMMIT');

  return {
    apply(change, now) {
      const made = write(change, now);
      if (made !== null) setTeamVersion.run(teamOf(made), raise.get() as number);
      return made;
    },
    snapshot(team) {
      // A read transaction: no other process's commit can come between the reads.
      begin.run();
      try {
        return { subscriptions: subscriptions.all(team).map(toSubscription), mutes: mutes.all(team).map(toMute) };
      } finally {
        end.run();
      }
    },
    version,
    changedSince(since, known = []) {
      const isErased = (readErased.get() ?? -1) > since;
      return [...changedSince.all(since), ...(isErased ? known.filter((team) => !hasVersion.get(team)) : [])];
    },
    erase(team) {
      setErased.run(raise.get() as number);
      return eraseTeam.reduce((sum, statement) => sum + statement.run(team).changes, 0);
    },
  };
}

type SubscriptionRow = Omit<Subscription, 'includeOwn' | 'paused'> & { includeOwn: number; paused: string | null };

function toSubscription({ includeOwn, paused, ...row }: SubscriptionRow): Subscription {
  return { ...row, ...(includeOwn === 1 && { includeOwn: true }), ...(paused !== null && { paused }) };
}

interface MuteRow {
  team: string;
  user: string;
  until: number | null;
  since: number | null;
}

function toMute({ team, user, until, since }: MuteRow): Mute {
  return { team, user, until, ...(until !== null && since !== null && { since }) };
}
