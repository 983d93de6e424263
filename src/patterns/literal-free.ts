import type { Entry } from './entry.ts';
import { Matcher } from './matcher.ts';
import type { Budget, Memory } from './memory.ts';

/** A group: so many patterns, so many instructions together. */
const maxMembers = 32;
const maxInstructions = 1_000;

/**
 * Patterns that no literal can wake, such as `\d{3}-\d{4}`. Tried one by one they would cost more than all others
 * together, so they run as groups, each one automaton. Patterns can be such that a group has the product of its members'
 * states; a group that grows like that is dissolved and its members run one by one again.
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

  /** Groups that are still run as one. */
  get groups(): number {
    return this.#groups.length;
  }

  /** Appends the ids of the living entries that match. False: the budget was not enough. */
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

/** Cuts a list into groups that are worth an automaton each. */
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
