import type { Subscription } from '../domain/subscription.ts';
import type { SlowMatch, TooSlow } from '../pipeline/index.ts';
import type { PatternSearch } from '../ports/patterns.ts';
import type { LiveTracking } from '../subscriptions/index.ts';

/**
 * A user's allowance for searches beyond the free part of each pattern, in units of 2.5 ns (`patterns/memory.ts`). A token
 * bucket: a quarter of a second at once, refilled at half a percent of a core.
 */
const mostUnits = 100_000_000;
const unitsAMillisecond = 2_000;

export interface SlowMatchOptions {
  tracking: Pick<LiveTracking, 'candidates'>;
  search: PatternSearch;
  now(): number;
  /** Called with the number of patterns that were not tried because the time limit of the text had passed. */
  onSkipped(count: number): void;
}

export function createSlowMatch({ tracking, search, now, onSkipped }: SlowMatchOptions): SlowMatch {
  /** By user with less than the full allowance: units left, and the time of that value. */
  const spent = new Map<string, { left: number; at: number }>();

  function allowance(user: string): number {
    const known = spent.get(user);
    // After the clock was set back, the elapsed time counts as 0.
    return known === undefined ? mostUnits : known.left + Math.max(0, now() - known.at) * unitsAMillisecond;
  }

  function charge(user: string, units: number): void {
    if (units > 0) spent.set(user, { left: Math.min(mostUnits, allowance(user)) - units, at: now() });
  }

  /** Removes users whose allowance is full again. */
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
