import { type Clock, createLifetimes } from '../domain/clock.ts';
import { normalisePattern } from '../domain/normalise-pattern.ts';
import { type Subscription, teamOf } from '../domain/subscription.ts';
import { type Names, noNames } from '../domain/visible-text.ts';
import type { PatternSet, PatternTools } from '../ports/patterns.ts';
import type { Tracking } from '../ports/tracking.ts';
import type { TrackingChanges, TrackingStore } from '../ports/tracking-store.ts';
import type { WorkspaceStore } from '../ports/workspace-store.ts';
import { spansIn } from './spans.ts';
import { type Candidate, createTeamIndex, type TeamIndex } from './team-index.ts';

export interface LiveTracking extends Tracking {
  /**
   * Subscriptions that match a text as readers see it, and whose holder is not muted. Null: matching would block the
   * event loop; use `candidates`, which works in slices.
   */
  match(team: string, channel: string, text: string): Subscription[] | null;
  /** Patterns that may match, each with the subscriptions that want to know. */
  candidates(team: string, channel: string, text: string): Promise<Candidate[]>;
  /** Teams with subscriptions or mutes. */
  teams(): string[];
  /** Reads the teams that another process changed. */
  refresh(): Promise<void>;
  /** Subscriptions of all teams. */
  readonly size: number;
}

export interface TrackingOptions {
  store: TrackingStore & Pick<WorkspaceStore, 'onErased'>;
  /** Makes the empty set of a team. */
  createPatternSet(): PatternSet;
  tools: PatternTools;
  /** Names of a team's users and channels, with which its messages are read. */
  namesOf?(team: string): Names;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Called for a stored pattern that this version refuses: it is left out, which is not fatal. */
  onRefused(subscription: Subscription, error: unknown): void;
}

/** A team with more patterns than this has them compiled at the start; others with their first message. */
const compiledLater = 64;

/** Subscriptions and mutes in memory, in front of the store. Every commit of this process is in them when `accept` resolves. */
export async function createTracking(options: TrackingOptions): Promise<LiveTracking> {
  const { store, createPatternSet, tools, namesOf = () => noNames, clock, onRefused } = options;
  const indexes = new Map<string, TeamIndex>();
  const lifetimes = createLifetimes(clock);
  let version = -1;
  /** Teams that the next `refresh` reads, whether they changed or not. */
  const toRead = new Set<string>();
  /** Grows with every commit that was applied, and every team that was forgotten. */
  let commits = 0;

  /** Changes a team's index, which exists as long as it holds something. */
  function change(team: string, changeIndex: (index: TeamIndex) => void): void {
    const index =
      indexes.get(team) ?? createTeamIndex({ patterns: createPatternSet(), now: clock.now, lifetimes, onRefused });
    changeIndex(index);
    if (index.isEmpty) indexes.delete(team);
    else indexes.set(team, index);
  }

  function apply({ changes, from, to }: TrackingChanges): void {
    commits += 1;
    for (const each of changes) change(teamOf(each), (index) => index.apply(each));
    // When `from` is not the version known here, another process changed something too: `refresh` then reads it.
    if (from === version) version = to;
  }

  function forget(team: string): void {
    commits += 1;
    indexes.delete(team);
    // The news may come after the team has new patterns.
    toRead.add(team);
  }

  async function refresh(): Promise<void> {
    // Also notices in time that the clock was set back.
    lifetimes.sinceSetBack();
    const newest = await store.trackingVersion();
    if (newest === version && toRead.size === 0) return;
    const changed = newest === version ? [] : await store.teamsChangedSince(version, [...indexes.keys()]);
    for (const team of new Set([...changed, ...toRead])) {
      const before = commits;
      const snapshot = await store.tracking(team);
      // A commit of ours came in between, and the snapshot may not have it: all is read again the next time.
      if (commits !== before) return;
      change(team, (index) => index.replace(snapshot));
      toRead.delete(team);
    }
    version = newest;
  }

  store.onTracking(apply);
  store.onErased(forget);
  await refresh();
  for (const index of indexes.values()) if (index.size > compiledLater) index.match('', '');

  return {
    check: (pattern) => tools.check(normalisePattern(pattern)),
    warnings: (pattern) => tools.warnings(normalisePattern(pattern)),
    find: (team, pattern, mrkdwn) => spansIn(tools, namesOf(team), pattern, mrkdwn),
    heldBy: (team, user) => indexes.get(team)?.heldBy(user) ?? [],
    holdersOf: (team, pattern) => indexes.get(team)?.holdersOf(pattern) ?? [],
    ofTeam: (team) => indexes.get(team)?.all() ?? [],
    countOf: (team) => indexes.get(team)?.size ?? 0,
    muteOf: (team, user) => indexes.get(team)?.muteOf(user) ?? null,
    match(team, channel, text) {
      const index = indexes.get(team);
      return index === undefined ? [] : index.match(channel, text);
    },
    candidates: async (team, channel, text) => (await indexes.get(team)?.candidates(channel, text)) ?? [],
    teams: () => [...indexes.keys()],
    refresh,
    get size() {
      return [...indexes.values()].reduce((sum, index) => sum + index.size, 0);
    },
  };
}
