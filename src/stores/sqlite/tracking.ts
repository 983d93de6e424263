import type { Database } from 'better-sqlite3';
import type { Change, Mute, Subscription } from '../../domain/subscription.ts';

export interface TrackingTable {
  apply(change: Change): void;
  subscriptions(): Subscription[];
  mutes(): Mute[];
  version(): number;
}

/** Subscriptions and mutes; every change raises the version that other processes look at. */
export function createTrackingTable(db: Database): TrackingTable {
  const subscribe = db.prepare(
    `INSERT INTO subscriptions (id, team, user, pattern, channel, created_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO NOTHING`,
  );
  const unsubscribe = db.prepare('DELETE FROM subscriptions WHERE id = ?');
  const mute = db.prepare('INSERT OR REPLACE INTO mutes (team, user, until) VALUES (?, ?, ?)');
  const unmute = db.prepare('DELETE FROM mutes WHERE team = ? AND user = ?');
  const raise = db.prepare(
    "INSERT INTO meta (name, value) VALUES ('changes', 1) ON CONFLICT (name) DO UPDATE SET value = value + 1",
  );
  const version = db.prepare("SELECT value FROM meta WHERE name = 'changes'").pluck();
  const subscriptions = db.prepare<[], Subscription>(
    'SELECT id, team, user, pattern, channel, created_at AS createdAt FROM subscriptions ORDER BY created_at, id',
  );
  const mutes = db.prepare<[], Mute>('SELECT team, user, until FROM mutes');

  return {
    apply(change) {
      switch (change.type) {
        case 'subscribe': {
          const { id, team, user, pattern, channel, createdAt } = change.subscription;
          subscribe.run(id, team, user, pattern, channel, createdAt);
          break;
        }
        case 'unsubscribe':
          for (const id of change.ids) unsubscribe.run(id);
          break;
        case 'mute':
          mute.run(change.mute.team, change.mute.user, change.mute.until);
          break;
        case 'unmute':
          unmute.run(change.team, change.user);
          break;
      }
      raise.run();
    },
    subscriptions: () => subscriptions.all(),
    mutes: () => mutes.all(),
    version: () => (version.get() as number | undefined) ?? 0,
  };
}
