import type { Logger } from 'pino';
import type { Change, Subscription } from '../domain/subscription.ts';
import type { AcceptStore } from '../ports/unit-of-work.ts';
import type { LiveTracking } from './tracking.ts';

/** Why patterns of a deactivated user rest. Other pauses have other reasons, so that this one lifts none of them. */
export const deactivatedReason = 'its holder is deactivated in Slack; it wakes when they are back';

/** What is known of a user; null: nothing, so that nothing changes. */
export type IsDeactivated = (user: string) => boolean | null;

/** Patterns of users who were deactivated rest, and wake when the users are back. */
export function decideRest(subscriptions: readonly Subscription[], isDeactivated: IsDeactivated): Change[] {
  const rest: string[] = [];
  const wake: string[] = [];
  for (const { id, user, paused } of subscriptions) {
    const gone = isDeactivated(user);
    // One that rests for another reason is left alone: it matches nothing anyway.
    if (gone === true && paused === undefined) rest.push(id);
    if (gone === false && paused === deactivatedReason) wake.push(id);
  }
  return [
    ...(rest.length > 0 ? [{ type: 'pause', ids: rest, reason: deactivatedReason } as const] : []),
    ...(wake.length > 0 ? [{ type: 'pause', ids: wake, reason: null } as const] : []),
  ];
}

/** `users.info` may be asked 100 times a minute, and others ask it too. */
const mostAtOnce = 50;

/** Milliseconds between two rounds of fifty. */
const restEveryMs = 600_000;

export interface UpkeepParts {
  store: AcceptStore;
  tracking: Pick<LiveTracking, 'all'>;
  workspace: {
    /** Null: it cannot be told. */
    isDeactivated(user: string): Promise<boolean | null>;
    /** Looks whether these channels, and those of the settings, are there. */
    checkNames(patternChannels: readonly string[]): Promise<void>;
  };
  /** Milliseconds of a clock that does not jump. */
  monotonic(): number;
  log: Logger;
}

export interface Upkeep {
  /** To be called at the start and now and then. */
  run(): Promise<void>;
  /** Slack told of a change of one user. Never rejects. */
  userChanged(user: string, deactivated: boolean): Promise<void>;
}

/** Looks whether what patterns and settings name is still there: their channels, and their holders. */
export function createUpkeep({ store, tracking, workspace, monotonic, log }: UpkeepParts): Upkeep {
  let next = 0;
  let restedAt = Number.NEGATIVE_INFINITY;

  async function settle(known: IsDeactivated): Promise<void> {
    const changes = decideRest(tracking.all(), known);
    if (changes.length === 0) return;
    await store.accept({ changes });
    for (const change of changes) {
      if (change.type !== 'pause') continue;
      const text = change.reason === null ? 'patterns wake: their holder is back' : `patterns rest: ${change.reason}`;
      log.info({ patterns: change.ids.length }, text);
    }
  }

  async function lookAtHolders(): Promise<void> {
    const users = [...new Set(tracking.all().map(({ user }) => user))];
    if (next >= users.length) next = 0;
    const turn = users.slice(next, next + mostAtOnce);
    next += mostAtOnce;
    const known = new Map<string, boolean | null>();
    for (const user of turn) known.set(user, await workspace.isDeactivated(user));
    await settle((user) => known.get(user) ?? null);
  }

  return {
    async run() {
      await workspace.checkNames(tracking.all().flatMap(({ channel }) => channel ?? []));
      if (monotonic() - restedAt < restEveryMs) return;
      restedAt = monotonic();
      await lookAtHolders();
    },
    userChanged: (user, deactivated) =>
      settle((other) => (other === user ? deactivated : null)).catch((error) =>
        log.error({ err: error }, 'the patterns of a user who was changed are as they were'),
      ),
  };
}
