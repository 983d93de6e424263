import type { Lifetimes } from '../domain/clock.ts';
import { normalisePattern } from '../domain/normalise-pattern.ts';
import type { Change, Mute, Subscription } from '../domain/subscription.ts';
import { longestMuteMs } from '../domain/waits.ts';
import type { PatternSet } from '../ports/patterns.ts';
import type { TrackingSnapshot } from '../ports/tracking-store.ts';

/** A pattern that may match, with the subscriptions that want to know. */
export interface Candidate {
  /** The pattern as it is matched. */
  source: string;
  subscriptions: Subscription[];
}

/** Subscriptions and mutes of one team, in memory. */
export interface TeamIndex {
  apply(change: Change): void;
  /** Replaces everything by what the store holds. */
  replace(snapshot: TrackingSnapshot): void;
  /** Oldest first. */
  all(): Subscription[];
  heldBy(user: string): Subscription[];
  holdersOf(pattern: string): Subscription[];
  /** The mute in force now; null when there is none or it is over. */
  muteOf(user: string): Mute | null;
  /** Null: matching would block the event loop; use `candidates`, which works in slices. */
  match(channel: string, text: string): Subscription[] | null;
  candidates(channel: string, text: string): Promise<Candidate[]>;
  /** Subscriptions. */
  readonly size: number;
  readonly isEmpty: boolean;
}

export interface TeamIndexOptions {
  /** An empty set for the team's patterns alone: a message is never matched against other teams' patterns. */
  patterns: PatternSet;
  now(): number;
  lifetimes: Lifetimes;
  /** Called for a stored pattern that this version refuses: it is left out. */
  onRefused(subscription: Subscription, error: unknown): void;
}

export function createTeamIndex({ patterns, now, lifetimes, onRefused }: TeamIndexOptions): TeamIndex {
  const held = new Map<string, Subscription>();
  const idsOfUser = new Map<string, Set<string>>();
  /** By the normalised pattern, which is matched once however many hold it. */
  const idsOfPattern = new Map<string, Set<string>>();
  /** Normalised patterns that are in `patterns`. */
  const matched = new Set<string>();
  const mutes = new Map<string, Mute>();

  function add(subscription: Subscription): void {
    if (held.has(subscription.id)) return;
    const { id, user } = subscription;
    held.set(id, subscription);
    put(idsOfUser, user, id);
    put(idsOfPattern, normalisePattern(subscription.pattern), id);
    settleOrDrop(subscription);
  }

  function remove(id: string): void {
    const subscription = held.get(id);
    if (subscription === undefined) return;
    held.delete(id);
    const pattern = normalisePattern(subscription.pattern);
    take(idsOfUser, subscription.user, id);
    take(idsOfPattern, pattern, id);
    settle(pattern);
  }

  /** Replaces a subscription by itself with another pause, or none. */
  function renew(subscription: Subscription): void {
    held.set(subscription.id, subscription);
    settleOrDrop(subscription);
  }

  function settleOrDrop(subscription: Subscription): void {
    try {
      settle(normalisePattern(subscription.pattern));
    } catch (error) {
      remove(subscription.id);
      onRefused(subscription, error);
    }
  }

  /** A pattern that nobody holds, or that is paused for all its holders, costs nothing. @throws PatternRefused */
  function settle(pattern: string): void {
    const wanted = subscriptionsOf(idsOfPattern.get(pattern)).some(({ paused }) => paused === undefined);
    if (wanted && !matched.has(pattern)) {
      // Checked when it was accepted.
      patterns.add(pattern, pattern, { isStored: true });
      matched.add(pattern);
    } else if (!wanted && matched.delete(pattern)) patterns.remove(pattern);
  }

  function pause(ids: readonly string[], reason: string | null): void {
    for (const { paused: _before, ...rest } of subscriptionsOf(ids)) {
      renew(reason === null ? rest : { ...rest, paused: reason });
    }
  }

  const subscriptionsOf = (ids: Iterable<string> = []) => [...ids].flatMap((id) => held.get(id) ?? []);

  function muteOf(user: string): Mute | null {
    const mute = mutes.get(user);
    if (mute === undefined || mute.until === null) return mute ?? null;
    const at = now();
    const left = lifetimes.left(mute.since ?? mute.until - longestMuteMs, mute.until, at);
    return left > 0 ? { ...mute, until: at + left } : null;
  }

  /** Returns the subscriptions that are told of a match of `pattern` in `channel`. */
  function interested(channel: string, pattern: string): Subscription[] {
    return subscriptionsOf(idsOfPattern.get(pattern)).filter(
      (each) =>
        each.paused === undefined && (each.channel === null || each.channel === channel) && muteOf(each.user) === null,
    );
  }

  return {
    apply(change) {
      if (change.type === 'subscribe') add(change.subscription);
      else if (change.type === 'unsubscribe') change.ids.forEach(remove);
      else if (change.type === 'pause') pause(change.ids, change.reason);
      else if (change.type === 'mute') mutes.set(change.mute.user, change.mute);
      else mutes.delete(change.user);
    },
    replace(snapshot) {
      const stored = new Map(snapshot.subscriptions.map((subscription) => [subscription.id, subscription]));
      for (const id of [...held.keys()]) if (!stored.has(id)) remove(id);
      for (const subscription of stored.values()) {
        const known = held.get(subscription.id);
        if (known === undefined) add(subscription);
        // Nothing but the pause of a subscription changes, and mostly not even that.
        else if (known.paused !== subscription.paused) renew(subscription);
      }
      mutes.clear();
      for (const mute of snapshot.mutes) mutes.set(mute.user, mute);
    },
    all: () => inOrder([...held.values()]),
    heldBy: (user) => inOrder(subscriptionsOf(idsOfUser.get(user))),
    holdersOf: (pattern) =>
      inOrder(subscriptionsOf(idsOfPattern.get(normalisePattern(pattern))).filter((each) => each.pattern === pattern)),
    muteOf,
    match: (channel, text) => patterns.match(text)?.flatMap((pattern) => interested(channel, pattern)) ?? null,
    async candidates(channel, text) {
      const candidates = await patterns.candidates(text);
      return candidates
        .map(({ id, source }) => ({ source, subscriptions: interested(channel, id) }))
        .filter(({ subscriptions }) => subscriptions.length > 0);
    },
    get size() {
      return held.size;
    },
    get isEmpty() {
      return held.size === 0 && mutes.size === 0;
    },
  };
}

function put(index: Map<string, Set<string>>, key: string, id: string): void {
  index.set(key, (index.get(key) ?? new Set()).add(id));
}

function take(index: Map<string, Set<string>>, key: string, id: string): void {
  const ids = index.get(key);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(key);
}

const inOrder = (subscriptions: Subscription[]) => subscriptions.sort((a, b) => a.createdAt - b.createdAt);
