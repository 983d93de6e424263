import { type Clock, createLifetimes } from '../domain/clock.ts';
import { normalisePattern } from '../domain/normalise-pattern.ts';
import type { Mute, Subscription } from '../domain/subscription.ts';
import { type Names, noNames } from '../domain/visible-text.ts';
import { longestMuteMs } from '../domain/waits.ts';
import type { PatternSet, PatternTools } from '../ports/patterns.ts';
import type { Tracking } from '../ports/tracking.ts';
import type { TrackingChanges, TrackingSnapshot, TrackingStore } from '../ports/tracking-store.ts';
import { spansIn } from './spans.ts';

export interface LiveTracking extends Tracking {
  /** Subscriptions that match a text as readers see it, and whose holder is not muted; null: it would take too long here, see `candidates`. */
  match(team: string, channel: string, text: string): Subscription[] | null;
  /** Patterns that may match, each with the subscriptions that want to know. */
  candidates(team: string, channel: string, text: string): Promise<Candidate[]>;
  /** Reads the store again when another process changed it. */
  refresh(): Promise<void>;
  readonly size: number;
}

interface Candidate {
  /** The pattern as it is matched. */
  source: string;
  subscriptions: Subscription[];
}

export interface TrackingOptions {
  store: TrackingStore;
  patterns: PatternSet;
  tools: PatternTools;
  /** Names of users and channels, as messages are read with them. */
  names?: Names;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  /** A stored pattern that this version refuses: it is left out, not fatal. */
  onRefused(subscription: Subscription, error: unknown): void;
}

/** Subscriptions and mutes in memory, in front of the store. Every commit of this process is in them when `accept` resolves. */
export async function createTracking({
  store,
  patterns,
  tools,
  names = noNames,
  clock,
  onRefused,
}: TrackingOptions): Promise<LiveTracking> {
  const held = new Map<string, Subscription>();
  const mutes = new Map<string, Mute>();
  /** Ids of subscriptions by their normalised pattern, which is matched once however many hold it. */
  const holders = new Map<string, Set<string>>();
  /** Those of them that are in `patterns`. */
  const matched = new Set<string>();
  const lifetimes = createLifetimes(clock);
  let version = -1;
  /** Grows with every commit that was applied. */
  let commits = 0;

  const muteKey = (team: string, user: string) => `${team} ${user}`;

  function add(subscription: Subscription): void {
    if (held.has(subscription.id)) return;
    const { id } = subscription;
    const pattern = normalisePattern(subscription.pattern);
    held.set(id, subscription);
    holders.set(pattern, (holders.get(pattern) ?? new Set()).add(id));
    try {
      settle(pattern);
    } catch (error) {
      remove(id);
      onRefused(subscription, error);
    }
  }

  /** A pattern that nobody holds, or that is paused for all, costs nothing. @throws PatternRefused */
  function settle(pattern: string): void {
    const wanted = [...(holders.get(pattern) ?? [])].some((id) => held.get(id)?.paused === undefined);
    if (wanted && !matched.has(pattern)) {
      // Checked by whoever accepted it.
      patterns.add(pattern, pattern, { isStored: true });
      matched.add(pattern);
    } else if (!wanted && matched.delete(pattern)) patterns.remove(pattern);
  }

  function remove(id: string): void {
    const subscription = held.get(id);
    if (subscription === undefined) return;
    held.delete(id);
    const pattern = normalisePattern(subscription.pattern);
    const ids = holders.get(pattern);
    ids?.delete(id);
    if (ids?.size === 0) holders.delete(pattern);
    settle(pattern);
  }

  function pause(ids: readonly string[], reason: string | null): void {
    for (const id of ids) {
      const subscription = held.get(id);
      if (subscription === undefined) continue;
      const { paused: _before, ...rest } = subscription;
      replace(reason === null ? rest : { ...rest, paused: reason });
    }
  }

  /** The same subscription with another pause, or none. */
  function replace(subscription: Subscription): void {
    held.set(subscription.id, subscription);
    try {
      settle(normalisePattern(subscription.pattern));
    } catch (error) {
      remove(subscription.id);
      onRefused(subscription, error);
    }
  }

  function apply({ changes, from, to }: TrackingChanges): void {
    commits += 1;
    for (const change of changes) {
      if (change.type === 'subscribe') add(change.subscription);
      else if (change.type === 'unsubscribe') change.ids.forEach(remove);
      else if (change.type === 'pause') pause(change.ids, change.reason);
      else if (change.type === 'mute') mutes.set(muteKey(change.mute.team, change.mute.user), change.mute);
      else mutes.delete(muteKey(change.team, change.user));
    }
    // Another process changed something too when `from` is not the version known here: `refresh` then reads everything.
    if (from === version) version = to;
  }

  async function refresh(): Promise<void> {
    // Also notices in time that the clock was set back.
    lifetimes.sinceSetBack();
    if ((await store.trackingVersion()) === version) return;
    const before = commits;
    const snapshot = await store.tracking();
    // A commit of ours came in between, and the snapshot may not have it: read again the next time.
    if (commits !== before) return;
    replaceAll(snapshot);
  }

  function replaceAll(snapshot: TrackingSnapshot): void {
    version = snapshot.version;
    const stored = new Map(snapshot.subscriptions.map((subscription) => [subscription.id, subscription]));
    for (const id of [...held.keys()]) if (!stored.has(id)) remove(id);
    for (const subscription of stored.values()) {
      const known = held.get(subscription.id);
      if (known === undefined) add(subscription);
      // Nothing else of a subscription changes, and most have not changed at all.
      else if (known.paused !== subscription.paused) replace(subscription);
    }
    mutes.clear();
    for (const mute of snapshot.mutes) mutes.set(muteKey(mute.team, mute.user), mute);
  }

  function muteOf(team: string, user: string): Mute | null {
    const mute = mutes.get(muteKey(team, user));
    if (mute === undefined || mute.until === null) return mute ?? null;
    const now = clock.now();
    const left = lifetimes.left(mute.since ?? mute.until - longestMuteMs, mute.until, now);
    return left > 0 ? { ...mute, until: now + left } : null;
  }

  /** Who is to be told of a pattern's match there. */
  function interested(team: string, channel: string, pattern: string): Subscription[] {
    const found: Subscription[] = [];
    for (const id of holders.get(pattern) ?? []) {
      const each = held.get(id);
      if (each === undefined || each.team !== team || each.paused !== undefined) continue;
      if (each.channel !== null && each.channel !== channel) continue;
      if (muteOf(each.team, each.user) === null) found.push(each);
    }
    return found;
  }

  const inOrder = () => [...held.values()].sort((a, b) => a.createdAt - b.createdAt);
  store.onTracking(apply);
  replaceAll(await store.tracking());
  // Builds what the stored patterns need now, while nobody waits for an answer.
  patterns.match('');

  return {
    check: (pattern) => tools.check(normalisePattern(pattern)),
    warnings: (pattern) => tools.warnings(normalisePattern(pattern)),
    find: (pattern, mrkdwn) => spansIn(tools, names, pattern, mrkdwn),
    heldBy: (team, user) => inOrder().filter((each) => each.team === team && each.user === user),
    holdersOf: (team, pattern) => inOrder().filter((each) => each.team === team && each.pattern === pattern),
    all: inOrder,
    muteOf,
    match(team, channel, text) {
      const found = patterns.match(text);
      return found === null ? null : found.flatMap((pattern) => interested(team, channel, pattern));
    },
    async candidates(team, channel, text) {
      const candidates = await patterns.candidates(text);
      return candidates
        .map(({ id, source }) => ({ source, subscriptions: interested(team, channel, id) }))
        .filter(({ subscriptions }) => subscriptions.length > 0);
    },
    refresh,
    get size() {
      return held.size;
    },
  };
}
