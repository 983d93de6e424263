import { cut } from '../../domain/cut.ts';

/** The most error texts of a team, so that a strange server cannot fill the table. The last one is `otherErrors`. */
export const maxErrorTexts = 1_000;
/** Characters; longer error texts are cut. */
const maxErrorText = 300;
export const otherErrors = 'Slack error : other';

/** Counts by team and name, in memory. */
export interface Counted {
  add(team: string, name: string, by: number): void;
  of(team: string, name: string): number;
  allOf(team: string): ReadonlyMap<string, number>;
  entries(): [team: string, name: string, by: number][];
  isEmpty(): boolean;
  move(from: string, to: string): void;
  forget(team: string): void;
}

/** Counters and errors of teams that are not written yet. */
export interface Tally extends Counted {
  errors: Counted;
  addError(team: string, text: string): void;
}

function createCounted(): Counted {
  const byTeam = new Map<string, Map<string, number>>();
  const none: ReadonlyMap<string, number> = new Map();

  function add(team: string, name: string, by: number): void {
    const counted = byTeam.get(team) ?? new Map<string, number>();
    byTeam.set(team, counted.set(name, (counted.get(name) ?? 0) + by));
  }

  return {
    add,
    of: (team, name) => byTeam.get(team)?.get(name) ?? 0,
    allOf: (team) => byTeam.get(team) ?? none,
    entries: () =>
      [...byTeam].flatMap(([team, counted]) =>
        [...counted].map(([name, by]) => [team, name, by] as [string, string, number]),
      ),
    isEmpty: () => byTeam.size === 0,
    move(from, to) {
      const counted = byTeam.get(from) ?? none;
      byTeam.delete(from);
      for (const [name, by] of counted) add(to, name, by);
    },
    forget: (team) => void byTeam.delete(team),
  };
}

export function createTally(): Tally {
  const counters = createCounted();
  const errors = createCounted();
  return {
    ...counters,
    errors,
    addError(team, text) {
      const short = cut(text, maxErrorText, () => '…');
      const known = errors.allOf(team);
      const isListed = known.has(short) || known.size < maxErrorTexts - 1;
      errors.add(team, isListed ? short : otherErrors, 1);
    },
    isEmpty: () => counters.isEmpty() && errors.isEmpty(),
    move(from, to) {
      counters.move(from, to);
      errors.move(from, to);
    },
    forget(team) {
      counters.forget(team);
      errors.forget(team);
    },
  };
}
