import { normalisePattern } from '../domain/normalise-pattern.ts';
import type { Change, Mute, Subscription } from '../domain/subscription.ts';
import { type Names, noNames } from '../domain/visible-text.ts';
import type { PatternSet, PatternTools } from '../ports/patterns.ts';
import type { Store } from '../ports/store.ts';
import type { Tracking } from '../ports/tracking.ts';
import { spansIn } from './spans.ts';

export interface LiveTracking extends Tracking {
  /** Subscriptions that match a text as readers see it, and whose holder is not muted. */
  match(team: string, channel: string, text: string): Subscription[];
  /** After a commit, so that the next message already sees it. */
  apply(changes: readonly Change[]): void;
  /** Reads the store again when another process changed it. */
  refresh(): void;
  readonly size: number;
}

export interface TrackingOptions {
  store: Store;
  patterns: PatternSet;
  tools: PatternTools;
  /** Names of users and channels, as messages are read with them. */
  names?: Names;
  now(): number;
  /** A stored pattern that this version refuses: it is left out, not fatal. */
  onRefused(subscription: Subscription, error: unknown): void;
}

/** Subscriptions and mutes in memory, in front of the store. */
export function createTracking({
  store,
  patterns,
  tools,
  names = noNames,
  now,
  onRefused,
}: TrackingOptions): LiveTracking {
  const held = new Map<string, Subscription>();
  const mutes = new Map<string, Mute>();
  /** Ids of subscriptions by their normalised pattern, which is matched once however many hold it. */
  const holders = new Map<string, Set<string>>();
  let version = -1;

  const muteKey = (team: string, user: string) => `${team} ${user}`;

  function add(subscription: Subscription): void {
    if (held.has(subscription.id)) return;
    const pattern = normalisePattern(subscription.pattern);
    const ids = holders.get(pattern);
    if (ids === undefined) {
      try {
        patterns.add(pattern, pattern);
      } catch (error) {
        onRefused(subscription, error);
        return;
      }
      holders.set(pattern, new Set([subscription.id]));
    } else {
      ids.add(subscription.id);
    }
    held.set(subscription.id, subscription);
  }

  function remove(id: string): void {
    const subscription = held.get(id);
    if (subscription === undefined) return;
    held.delete(id);
    const pattern = normalisePattern(subscription.pattern);
    const ids = holders.get(pattern);
    ids?.delete(id);
    if (ids?.size === 0) {
      holders.delete(pattern);
      patterns.remove(pattern);
    }
  }

  function pause(ids: readonly string[], reason: string | null): void {
    for (const id of ids) {
      const subscription = held.get(id);
      if (subscription === undefined) continue;
      const { paused: _before, ...rest } = subscription;
      held.set(id, reason === null ? rest : { ...rest, paused: reason });
    }
  }

  function apply(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.type === 'subscribe') add(change.subscription);
      else if (change.type === 'unsubscribe') change.ids.forEach(remove);
      else if (change.type === 'pause') pause(change.ids, change.reason);
      else if (change.type === 'mute') mutes.set(muteKey(change.mute.team, change.mute.user), change.mute);
      else mutes.delete(muteKey(change.team, change.user));
    }
  }

  function refresh(): void {
    const newest = store.changesVersion();
    if (newest === version) return;
    version = newest;
    const stored = new Map(store.subscriptions().map((subscription) => [subscription.id, subscription]));
    for (const id of [...held.keys()]) if (!stored.has(id)) remove(id);
    for (const subscription of stored.values()) {
      add(subscription);
      if (held.has(subscription.id)) held.set(subscription.id, subscription);
    }
    mutes.clear();
    for (const mute of store.mutes()) mutes.set(muteKey(mute.team, mute.user), mute);
  }

  function muteOf(team: string, user: string): Mute | null {
    const mute = mutes.get(muteKey(team, user));
    return mute !== undefined && (mute.until === null || mute.until > now()) ? mute : null;
  }

  const inOrder = () => [...held.values()].sort((a, b) => a.createdAt - b.createdAt);
  refresh();

  return {
    check: (pattern) => tools.check(normalisePattern(pattern)),
    find: (pattern, mrkdwn) => spansIn(tools, names, pattern, mrkdwn),
    heldBy: (team, user) => inOrder().filter((each) => each.team === team && each.user === user),
    holdersOf: (team, pattern) => inOrder().filter((each) => each.team === team && each.pattern === pattern),
    all: inOrder,
    muteOf,
    match(team, channel, text) {
      const found: Subscription[] = [];
      for (const pattern of patterns.match(text)) {
        for (const id of holders.get(pattern) ?? []) {
          const each = held.get(id);
          if (each === undefined || each.team !== team || each.paused !== undefined) continue;
          if (each.channel !== null && each.channel !== channel) continue;
          if (muteOf(each.team, each.user) === null) found.push(each);
        }
      }
      return found;
    },
    apply,
    refresh,
    get size() {
      return held.size;
    },
  };
}
