import type { Logger } from 'pino';
import type { Change, Subscription } from '../domain/subscription.ts';
import type { AcceptStore } from '../ports/unit-of-work.ts';
import type { LiveTracking } from './tracking.ts';

/** The reason of the pause of a deactivated user's patterns. Pauses with another reason are not lifted here. */
export const deactivatedReason = 'its holder is deactivated in Slack; it wakes when they are back';

/** Returns whether a user is deactivated; null when it is not known. */
export type IsDeactivated = (user: string) => boolean | null;

/** Returns the changes that pause the patterns of deactivated users, and lift that pause for users who are back. */
export function decideRest(
  team: string,
  subscriptions: readonly Subscription[],
  isDeactivated: IsDeactivated,
): Extract<Change, { type: 'pause' }>[] {
  const rest: string[] = [];
  const wake: string[] = [];
  for (const { id, user, paused } of subscriptions) {
    const gone = isDeactivated(user);
    // A pattern with another pause keeps it: it matches nothing anyway.
    if (gone === true && paused === undefined) rest.push(id);
    if (gone === false && paused === deactivatedReason) wake.push(id);
  }
  return [
    ...(rest.length > 0 ? [{ type: 'pause', team, ids: rest, reason: deactivatedReason } as const] : []),
    ...(wake.length > 0 ? [{ type: 'pause', team, ids: wake, reason: null } as const] : []),
  ];
}

/** Slack allows some 100 calls of `users.info` a minute in a workspace, and other parts need some of them. */
const mostAtOnce = 50;

/** Milliseconds between two rounds of fifty. */
const restEveryMs = 600_000;

export interface UpkeepParts {
  store: AcceptStore;
  tracking: Pick<LiveTracking, 'ofTeam'>;
  workspaces: {
    teams(): string[];
    of(team: string): {
      /** Null: it cannot be told. */
      isDeactivated(user: string): Promise<boolean | null>;
      /** Looks whether these channels, and those of the settings, are there. */
      checkNames(patternChannels: readonly string[]): Promise<void>;
    };
  };
  /** Milliseconds of a clock that does not jump. */
  monotonic(): number;
  log: Logger;
}

export interface Upkeep {
  /** Checks everything. Called at the start and every 30 s. */
  run(): Promise<void>;
  /** Pauses or resumes the patterns of a user whom Slack reported as changed. Never rejects. */
  userChanged(team: string, user: string, deactivated: boolean): Promise<void>;
}

/** Checks that the channels of patterns and settings exist, and that the holders of patterns are active. */
export function createUpkeep({ store, tracking, workspaces, monotonic, log }: UpkeepParts): Upkeep {
  /** By team: the holder that is asked about next. */
  const next = new Map<string, number>();
  let restedAt = Number.NEGATIVE_INFINITY;

  async function settle(team: string, known: IsDeactivated): Promise<void> {
    const changes = decideRest(team, tracking.ofTeam(team), known);
    if (changes.length === 0) return;
    await store.accept({ changes });
    for (const change of changes) {
      const text = change.reason === null ? 'patterns wake: their holder is back' : `patterns rest: ${change.reason}`;
      log.info({ patterns: change.ids.length }, text);
    }
  }

  async function lookAtHolders(team: string): Promise<void> {
    const users = [...new Set(tracking.ofTeam(team).map(({ user }) => user))];
    const from = (next.get(team) ?? 0) < users.length ? (next.get(team) ?? 0) : 0;
    next.set(team, from + mostAtOnce);
    const known = new Map<string, boolean | null>();
    for (const user of users.slice(from, from + mostAtOnce)) {
      known.set(user, await workspaces.of(team).isDeactivated(user));
    }
    await settle(team, (user) => known.get(user) ?? null);
  }

  return {
    async run() {
      const teams = workspaces.teams();
      for (const team of teams) {
        const channels = tracking.ofTeam(team).flatMap(({ channel }) => channel ?? []);
        await workspaces.of(team).checkNames(channels);
      }
      if (monotonic() - restedAt < restEveryMs) return;
      restedAt = monotonic();
      for (const team of next.keys()) if (!teams.includes(team)) next.delete(team);
      for (const team of teams) await lookAtHolders(team);
    },
    userChanged: (team, user, deactivated) =>
      settle(team, (other) => (other === user ? deactivated : null)).catch((error) =>
        log.error({ err: error }, 'the patterns of a user who was changed are as they were'),
      ),
  };
}
