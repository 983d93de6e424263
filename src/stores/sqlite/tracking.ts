import type { Change, Mute, Subscription } from '../../domain/subscription.ts';
import type { TrackingSnapshot } from '../../ports/tracking-store.ts';
import type { Database } from './database.ts';

export interface TrackingTable {
  /**
   * Inside the caller's transaction. Returns the change as it was made: null when nothing changed.
   * `now`: when a mute in it was asked for.
   */
  apply(change: Change, now?: number): Change | null;
  /** Subscriptions, mutes and version as of one moment. Not inside a transaction. */
  snapshot(): TrackingSnapshot;
  version(): number;
}

/** Subscriptions and mutes; every change raises the version that other processes look at. */
export function createTrackingTable(db: Database): TrackingTable {
  const subscribe = db.prepare(
    `INSERT INTO subscriptions (id, team, user, pattern, channel, created_at, include_own, paused)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const unsubscribe = db.prepare('DELETE FROM subscriptions WHERE id = ?');
  const mute = db.prepare('INSERT OR REPLACE INTO mutes (team, user, until, since) VALUES (?, ?, ?, ?)');
  const unmute = db.prepare('DELETE FROM mutes WHERE team = ? AND user = ?');
  const raise = db.prepare(
    "INSERT INTO meta (name, value) VALUES ('changes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
  );
  const readVersion = db.prepare("SELECT value FROM meta WHERE name = 'changes'").pluck();
  const pause = db.prepare('UPDATE subscriptions SET paused = ? WHERE id = ?');
  const subscriptions = db.prepare<[], SubscriptionRow>(
    `SELECT id, team, user, pattern, channel, created_at AS createdAt, include_own AS includeOwn, paused
     FROM subscriptions ORDER BY created_at, id`,
  );
  const mutes = db.prepare<[], MuteRow>('SELECT team, user, until, since FROM mutes');

  function write(change: Change, now?: number): Change | null {
    switch (change.type) {
      case 'subscribe': {
        const { id, team, user, pattern, channel, createdAt, includeOwn, paused } = change.subscription;
        const own = includeOwn ? 1 : 0;
        const { changes } = subscribe.run(id, team, user, pattern, channel, createdAt, own, paused ?? null);
        return changes === 0 ? null : change;
      }
      case 'unsubscribe': {
        const ids = change.ids.filter((id) => unsubscribe.run(id).changes > 0);
        return ids.length === 0 ? null : { ...change, ids };
      }
      case 'pause': {
        const ids = change.ids.filter((id) => pause.run(change.reason, id).changes > 0);
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
      if (made !== null) raise.run();
      return made;
    },
    snapshot() {
      // A read transaction, so that another process's commit does not come between the reads.
      begin.run();
      try {
        return {
          version: version(),
          subscriptions: subscriptions.all().map(toSubscription),
          mutes: mutes.all().map(toMute),
        };
      } finally {
        end.run();
      }
    },
    version,
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
