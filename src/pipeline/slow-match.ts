import type { Subscription } from '../domain/subscription.ts';
import type { PatternSearch } from '../ports/patterns.ts';
import type { LiveTracking } from './tracking.ts';

/** A subscription whose pattern took more than its holder is allowed, and why, for the holder. */
export interface TooSlow {
  subscription: Subscription;
  reason: string;
}

/** Matches one text outside of the event loop. */
export type SlowMatch = (
  team: string,
  channel: string,
  text: string,
) => Promise<{ found: Subscription[]; tooSlow: TooSlow[] }>;

/**
 * What a user's patterns may take of the search beyond what every pattern has for nothing, in units of 2.5 ns
 * (`patterns/memory.ts`): a quarter of a second at once, then half a percent of a core.
 */
const mostUnits = 100_000_000;
const unitsAMillisecond = 2_000;

export interface SlowMatchOptions {
  tracking: Pick<LiveTracking, 'candidates'>;
  search: PatternSearch;
  now(): number;
  /** Patterns that were not tried since the time for the text was over. */
  onSkipped(count: number): void;
}

export function createSlowMatch({ tracking, search, now, onSkipped }: SlowMatchOptions): SlowMatch {
  /** By user, those who have less than the most: units left, and when that was. */
  const spent = new Map<string, { left: number; at: number }>();

  function allowance(user: string): number {
    const known = spent.get(user);
    // A clock that was set back gives nothing and takes nothing.
    return known === undefined ? mostUnits : known.left + Math.max(0, now() - known.at) * unitsAMillisecond;
  }

  function charge(user: string, units: number): void {
    if (units > 0) spent.set(user, { left: Math.min(mostUnits, allowance(user)) - units, at: now() });
  }

  /** Forgets who has everything again, so that the map holds those of the last minute. */
  function forgetRested(): void {
    for (const user of spent.keys()) if (allowance(user) >= mostUnits) spent.delete(user);
  }

  return async function slowMatch(team, channel, text) {
    const candidates = await tracking.candidates(team, channel, text);
    if (candidates.length === 0) return { found: [], tooSlow: [] };
    forgetRested();
    const owners = new Map<string, number>();
    const tries = candidates.map(({ source, subscriptions }) => {
      const user = `${team} ${(subscriptions[0] as Subscription).user}`;
      const owner = owners.get(user) ?? owners.size;
      owners.set(user, owner);
      return { pattern: source, owner, user };
    });
    const allowances = [...owners.keys()].map((user) => Math.min(mostUnits, allowance(user)));
    const tried = await search.search(
      text,
      tries.map(({ pattern, owner }) => ({ pattern, owner })),
      allowances,
    );
    const found: Subscription[] = [];
    const tooSlow: TooSlow[] = [];
    const reason = `it took too much time on a text of ${text.length.toLocaleString('en-US')} characters`;
    let skipped = 0;
    tried.forEach(({ outcome, units }, index) => {
      charge(tries[index]?.user ?? '', units);
      const { subscriptions = [] } = candidates[index] ?? {};
      if (outcome === 'found') found.push(...subscriptions);
      else if (outcome === 'stopped') tooSlow.push(...subscriptions.map((subscription) => ({ subscription, reason })));
      else if (outcome === 'skipped') skipped += 1;
    });
    if (skipped > 0) onSkipped(skipped);
    return { found, tooSlow };
  };
}
