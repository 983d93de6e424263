import type { Change, Mute, Subscription } from '../../domain/subscription.ts';
import type { Database } from './database.ts';

export interface TrackingTable {
  /** `now`: when a mute in it was asked for. */
  apply(change: Change, now?: number): void;
  subscriptions(): Subscription[];
  mutes(): Mute[];
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
  const version = db.prepare("SELECT value FROM meta WHERE name = 'changes'").pluck();
  const pause = db.prepare('UPDATE subscriptions SET paused = ? WHERE id = ?');
  const subscriptions = db.prepare<[], SubscriptionRow>(
    `SELECT id, team, user, pattern, channel, created_at AS createdAt, include_own AS includeOwn, paused
     FROM subscriptions ORDER BY created_at, id`,
  );
  const mutes = db.prepare<[], MuteRow>('SELECT team, user, until, since FROM mutes');

  return {
    apply(change, now) {
      switch (change.type) {
        case 'subscribe': {
          const { id, team, user, pattern, channel, createdAt, includeOwn, paused } = change.subscription;
          subscribe.run(id, team, user, pattern, channel, createdAt, includeOwn ? 1 : 0, paused ?? null);
          break;
        }
        case 'unsubscribe':
          for (const id of change.ids) unsubscribe.run(id);
          break;
        case 'pause':
          for (const id of change.ids) pause.run(change.reason, id);
          break;
        case 'mute':
          mute.run(change.mute.team, change.mute.user, change.mute.until, now ?? null);
          break;
        case 'unmute':
          unmute.run(change.team, change.user);
          break;
      }
      raise.run();
    },
    subscriptions: () => subscriptions.all().map(toSubscription),
    mutes: () => mutes.all().map(toMute),
    version: () => (version.get() as number | undefined) ?? 0,
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
