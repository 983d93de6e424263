import { RE2JS, RE2Set } from 're2js';
import type { Subject } from './engine.ts';
import type { Entry } from './entry.ts';

/** A group: so many patterns, so many instructions together. */
const maxMembers = 32;
const maxInstructions = 1_000;
/** States of a group's automaton: what it may take during one text, and what it may keep after it. */
const budgetBytes = 2 * 1024 * 1024;
const keptBytes = 256 * 1024;

/**
 * Patterns that no literal can wake, such as `\d{3}-\d{4}`. Tried one by one they would cost more than all others
 * together, so they run as groups, each one automaton. Patterns can be such that a group has the product of its members'
 * states; a group that grows like that is dissolved and its members run one by one again.
 */
export class LiteralFree {
  readonly #groups: Group[] = [];
  readonly #single: Entry[] = [];

  constructor(entries: readonly Entry[]) {
    let members: Entry[] = [];
    let instructions = 0;
    const close = () => {
      if (members.length > 1) this.#groups.push(new Group(members));
      else this.#single.push(...members);
      members = [];
      instructions = 0;
    };
    for (const entry of entries) {
      if (members.length === maxMembers || instructions + entry.programSize > maxInstructions) close();
      members.push(entry);
      instructions += entry.programSize;
    }
    close();
  }

  /** Groups that are still run as one. */
  get groups(): number {
    return this.#groups.length;
  }

  /** Appends the ids of the living entries that match. */
  match(subject: Subject, ids: string[]): void {
    for (const entry of this.#single) if (entry.alive && entry.verifier.matches(subject)) ids.push(entry.id);
    for (let at = this.#groups.length - 1; at >= 0; at--) {
      const group = this.#groups[at] as Group;
      group.match(subject, ids);
      if (!group.isTooLarge) continue;
      this.#single.push(...group.members);
      this.#groups.splice(at, 1);
    }
  }
}

class Group {
  readonly members: readonly Entry[];
  #set: RE2Set | undefined;

  constructor(members: readonly Entry[]) {
    this.members = members;
  }

  /** Always re2js, whatever the engine: native RE2::Set gives up, with no answer, when it runs out of memory. */
  match(subject: Subject, ids: string[]): void {
    this.#set ??= this.#compile();
    for (const index of this.#set.match(subject.text)) {
      const entry = this.members[index] as Entry;
      if (entry.alive) ids.push(entry.id);
    }
  }

  get isTooLarge(): boolean {
    const automaton = this.#set?.dfa;
    return !!automaton && automaton.stateBudget - automaton.memBudget > keptBytes;
  }

  #compile(): RE2Set {
    const set = new RE2Set(RE2Set.UNANCHORED, RE2JS.CASE_INSENSITIVE, budgetBytes);
    for (const { source } of this.members) set.add(source);
    set.compile();
    return set;
  }
}
