import type { Clock } from '../../domain/clock.ts';

const minuteMs = 60_000;
/** Workspaces with a count of their own in a minute. */
const mostCounted = 10_000;
const mostNamed = 10;

export interface Busiest {
  count(team: string): void;
  /** Returns the ten workspaces that had the most events in the last full minute, the busiest first, and the sum of all others. */
  lastMinute(): { teams: [team: string, events: number][]; others: number };
}

interface Minute {
  number: number;
  byTeam: Map<string, number>;
  others: number;
}

/** Counts the events of workspaces by minute. */
export function createBusiest({ monotonic }: Pick<Clock, 'monotonic'>): Busiest {
  const minute = (number: number): Minute => ({ number, byTeam: new Map(), others: 0 });
  let current = minute(Math.floor(monotonic() / minuteMs));
  let last = minute(current.number - 1);

  function turn(): void {
    const number = Math.floor(monotonic() / minuteMs);
    if (number === current.number) return;
    last = number === current.number + 1 ? current : minute(number - 1);
    current = minute(number);
  }

  return {
    count(team) {
      turn();
      const { byTeam } = current;
      const before = byTeam.get(team);
      if (before === undefined && byTeam.size >= mostCounted) current.others += 1;
      else byTeam.set(team, (before ?? 0) + 1);
    },
    lastMinute() {
      turn();
      const sorted = [...last.byTeam].sort(([, a], [, b]) => b - a);
      const rest = sorted.slice(mostNamed).reduce((sum, [, events]) => sum + events, 0);
      return { teams: sorted.slice(0, mostNamed), others: last.others + rest };
    },
  };
}
