import type { Entry } from './entry.ts';
import { Matcher } from './matcher.ts';
import type { Budget, Memory } from './memory.ts';

/** Most patterns, and most instructions in total, of a group. */
const maxMembers = 32;
const maxInstructions = 1_000;

/**
 * Patterns without a literal, such as `\d{3}-\d{4}`, which have to be tried on every text. One by one they would cost more
 * than all others together, so groups of them run as one automaton. In the worst case a group has the product of its
 * members' states; such a group is dissolved, and its members run one by one.
 */
export class LiteralFree {
  readonly #groups: { members: readonly Entry[]; matcher: Matcher }[] = [];
  readonly #single: Entry[] = [];

  constructor(entries: readonly Entry[], memory: Memory) {
    for (const members of groupsOf(entries)) {
      if (members.length === 1) this.#single.push(members[0] as Entry);
      else
        this.#groups.push({
          members,
          matcher: new Matcher(
            members.map(({ source }) => source),
            memory,
          ),
        });
    }
  }

  /** Number of groups that are not dissolved. */
  get groups(): number {
    return this.#groups.length;
  }

  /** Appends the ids of the living entries that match. Returns false when the budget is used up. */
  match(text: string, budget: Budget, ids: string[]): boolean {
    for (const { alive, matcher, id } of this.#single) {
      if (!alive) continue;
      budget.units -= text.length;
      if (!matcher.search(text, budget)) return false;
      if (matcher.found[0] === 1) ids.push(id);
    }
    for (let at = this.#groups.length - 1; at >= 0; at--) {
      const { members, matcher } = this.#groups[at] as { members: readonly Entry[]; matcher: Matcher };
      budget.units -= text.length;
      const done = matcher.search(text, budget);
      if (matcher.isWild) {
        this.#single.push(...members);
        this.#groups.splice(at, 1);
      }
      if (!done) return false;
      members.forEach(({ id, alive }, index) => {
        if (alive && matcher.found[index] === 1) ids.push(id);
      });
    }
    return true;
  }
}

/** Splits a list into groups of limited size, each for one automaton. */
export function groupsOf<T extends { readonly programSize: number }>(entries: readonly T[]): T[][] {
  const groups: T[][] = [];
  let instructions = Number.POSITIVE_INFINITY;
  for (const entry of entries) {
    const last = groups.at(-1);
    instructions += entry.programSize;
    if (last === undefined || last.length === maxMembers || instructions > maxInstructions) {
      groups.push([entry]);
      instructions = entry.programSize;
    } else last.push(entry);
  }
  return groups;
}
