import type { NewsStore } from '../ports/news-store.ts';

/** Workspaces that asked to wait. Nothing is sent to a workspace until its hold ends. */
export interface Holds {
  /** Holds a team for `ms` milliseconds from now. A longer hold stays. */
  hold(team: string, ms: number, reason: string): void;
  /** Returns the teams on hold now. */
  teams(): string[];
  /** Returns the milliseconds until the first hold ends; Infinity when there is none. */
  firstEndsIn(): number;
  /** Returns the reason of a hold, for people; null when there is none. */
  reason(): string | null;
  /** Returns the holds of now, each with the milliseconds until it ends. */
  list(): Hold[];
}

export interface Hold {
  team: string;
  ms: number;
  reason: string;
}

/** `monotonic`: milliseconds of a clock that does not jump. Holds at most one entry a team, until its hold ends. */
export function createHolds(monotonic: () => number): Holds {
  const holds = new Map<string, { until: number; reason: string }>();

  function current(): [team: string, hold: { until: number; reason: string }][] {
    for (const [team, { until }] of holds) if (until <= monotonic()) holds.delete(team);
    return [...holds];
  }

  return {
    hold(team, ms, reason) {
      const until = Math.max(monotonic() + ms, holds.get(team)?.until ?? 0);
      holds.set(team, { until, reason });
    },
    teams: () => (holds.size === 0 ? [] : current().map(([team]) => team)),
    firstEndsIn: () => Math.min(...current().map(([, { until }]) => until)) - monotonic(),
    reason() {
      const [first, ...others] = current();
      if (first === undefined) return null;
      const [, { reason }] = first;
      return others.length === 0 ? reason : `${reason} (${others.length + 1} workspaces)`;
    },
    list: () => current().map(([team, { until, reason }]) => ({ team, ms: until - monotonic(), reason })),
  };
}

/**
 * Tells the other programs on the store of each hold, and holds the teams that they were asked to wait for. A program that starts asks
 * the others for their holds.
 */
export function shareHolds(holds: Holds, news: NewsStore): Holds {
  const tell = (hold: Hold) => news.tell('hold', hold);
  news.onTold('hold', (told) => {
    const { team, ms, reason } = told as Hold;
    holds.hold(team, ms, reason);
  });
  news.onTold('holds wanted', () => holds.list().forEach(tell));
  news.tell('holds wanted', {});
  return {
    ...holds,
    hold(team, ms, reason) {
      holds.hold(team, ms, reason);
      tell({ team, ms, reason });
    },
  };
}
