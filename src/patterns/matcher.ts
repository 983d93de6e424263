import type { Budget, Evictable, Memory } from './memory.ts';
import { compileProgram, joinPrograms, never, type Program } from './program.ts';
import { StateTable } from './state-table.ts';
import { Stepper } from './stepper.ts';

/** At this size (about 500 states) the table is emptied, or not used for a while. */
const maxBytes = 128 * 1024;
/** A table that gets more than one new state per this many characters does not pay. */
const charactersAState = 8;
/** Number of texts that are then searched without a table. */
const textsWithout = 32;
/** Costs in units (see `Budget`): of an instruction in a step, a search, a compilation, an instruction compiled. */
const stepUnits = 4;
const searchUnits = 20;
const compileUnits = 40_000;
const compileUnitsAnInstruction = 100;

export type OnBroken = (source: string, error: unknown) => void;

interface Compiled {
  readonly stepper: Stepper;
  readonly instructions: number;
  readonly bytes: number;
}

/**
 * Searches a text for a pattern, or for a group of patterns, within a budget. It caches states in a table (a lazily built
 * DFA) as long as that pays. Otherwise it simulates the NFA, in time proportional to text length times program size.
 * Everything but the sources can be evicted, and is rebuilt on demand.
 */
export class Matcher implements Evictable {
  readonly sources: readonly string[];
  lastUsed = 0;
  /** By source: 1 if it matched in the last search. */
  readonly found: Uint8Array;
  readonly #onBroken: OnBroken;
  #matches = 0;
  readonly #memory: Memory;
  #compiled: Compiled | undefined;
  #table: StateTable | undefined;
  #charactersOfTable = 0;
  #textsLeftWithout = 0;

  /** @param onBroken called with a source that does not compile; it matches nothing */
  constructor(sources: readonly string[], memory: Memory, onBroken: OnBroken = () => {}) {
    this.sources = sources;
    this.#memory = memory;
    this.#onBroken = onBroken;
    this.found = new Uint8Array(sources.length);
  }

  /** Whether the table is not used at present, because it would have too many states. */
  get isWild(): boolean {
    return this.#textsLeftWithout > 0;
  }

  /**
   * Sets `found`; stops early when all sources match.
   * @param text as `readable` returns it: well-formed, with \n as the only line end
   * @returns false when the budget is used up; `found` is then incomplete
   */
  search(text: string, budget: Budget): boolean {
    this.found.fill(0);
    this.#matches = 0;
    this.lastUsed = this.#memory.tick();
    budget.units -= searchUnits;
    if (budget.units < 0) return false;
    budget.units -= this.prepare();
    const { stepper, instructions } = this.#compiled as Compiled;
    this.#memory.reserve(instructions);
    if (this.#textsLeftWithout === 0) return this.#lookUp(stepper, text, budget);
    this.#textsLeftWithout -= 1;
    const [now] = this.#memory.lists;
    return this.#compute(stepper, text, 0, stepper.edge, now, stepper.begin(now), budget);
  }

  evict(): void {
    this.#compiled = undefined;
    this.#table = undefined;
  }

  /** Compiles the sources unless they are compiled. Returns the cost in units. */
  prepare(): number {
    if (this.#compiled !== undefined) return 0;
    const programs = this.sources.map((source) => this.#programOf(source));
    const program = programs.length === 1 ? (programs[0] as Program) : joinPrograms(programs);
    const instructions = program.code.length / 3;
    const stepper = new Stepper(program, this.#memory);
    const bytes = program.code.byteLength + stepper.classes.bytes + program.sets.length * 100 + 1_000;
    this.#compiled = { stepper, instructions, bytes };
    this.#memory.hold(this, bytes);
    return this.sources.length * compileUnits + instructions * compileUnitsAnInstruction;
  }

  /** A source that an earlier version stored may be refused by this version's compiler. */
  #programOf(source: string): Program {
    try {
      return compileProgram(source);
    } catch (error) {
      this.#onBroken(source, error);
      return never;
    }
  }

  /** Searches with the table. Computes and adds states that it does not have yet. */
  #lookUp(stepper: Stepper, text: string, budget: Budget): boolean {
    const { ascii, count } = stepper.classes;
    this.#table ??= new StateTable(count);
    this.#charactersOfTable += text.length;
    const { lists } = this.#memory;
    if (this.#table.first === 0) {
      this.#table.first = this.#table.rowOf(stepper.edge, [], lists[1].subarray(0, stepper.begin(lists[1])));
    }
    let row = this.#table.first;
    let { next } = this.#table;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      let charClass: number;
      if (unit < 0x80) charClass = ascii[unit] as number;
      else {
        const codePoint = text.codePointAt(at) as number;
        if (codePoint > 0xffff) at += 1;
        charClass = stepper.classes.classOf(codePoint);
      }
      let to = next[row + charClass] as number;
      if (to <= 0) {
        if (to === 0) {
          to = this.#add(stepper, row, charClass, budget);
          if (budget.units + budget.perCharacter * at < 0) return false;
          next = this.#table.next;
        }
        if (to < 0) {
          to = -to;
          if (this.#collect(this.#table.matched(to))) return true;
        }
        if (this.#table.bytes > maxBytes) {
          const before = this.#table.before(to);
          const length = this.#table.read(to, lists[0]);
          if (this.#startAnew()) {
            to = this.#table.rowOf(before, [], lists[0].subarray(0, length));
            next = this.#table.next;
          } else {
            return this.#compute(stepper, text, at + 1, before, lists[0], length, budget);
          }
        }
      }
      row = to;
    }
    this.#collect(this.#matchedAtEnd(stepper, row));
    return true;
  }

  #matchedAtEnd(stepper: Stepper, row: number): readonly number[] {
    if (!stepper.asksForPositions) return [];
    const table = this.#table as StateTable;
    let matched = table.matchedAtEnd(row);
    if (matched === undefined) {
      const [now] = this.#memory.lists;
      stepper.end(now, table.read(row, now), table.before(row));
      matched = [...stepper.matched];
      table.setMatchedAtEnd(row, matched);
    }
    return matched;
  }

  /** Computes the successor of a state and adds it to the table. */
  #add(stepper: Stepper, row: number, charClass: number, budget: Budget): number {
    const table = this.#table as StateTable;
    const [now, next] = this.#memory.lists;
    const length = table.read(row, now);
    const written = stepper.step(now, length, table.before(row), charClass, next);
    budget.units -= stepUnits * 2 * (length + written + 4);
    const { kindOf } = stepper.classes;
    const to = table.rowOf(kindOf[charClass] as number, stepper.matched, next.subarray(0, written));
    table.next[row + charClass] = to;
    this.#memory.hold(this, (this.#compiled?.bytes ?? 0) + table.bytes);
    return to;
  }

  /** Empties the full table. Returns false when it filled too fast: then it is dropped for this text and the next ones. */
  #startAnew(): boolean {
    const table = this.#table as StateTable;
    const pays = this.#charactersOfTable > charactersAState * table.size;
    this.#charactersOfTable = 0;
    this.#table = pays ? new StateTable((this.#compiled as Compiled).stepper.classes.count) : undefined;
    this.#memory.hold(this, (this.#compiled?.bytes ?? 0) + (this.#table?.bytes ?? 0));
    if (!pays) this.#textsLeftWithout = textsWithout;
    return pays;
  }

  /** Searches from a position on without a table. @param first the state there; one of the first two lists */
  #compute(
    stepper: Stepper,
    text: string,
    from: number,
    kindBefore: number,
    first: Uint16Array,
    lengthOfFirst: number,
    budget: Budget,
  ): boolean {
    const { ascii, kindOf } = stepper.classes;
    let [now, next] = [first, this.#memory.lists[1]] as [Uint16Array, Uint16Array];
    let length = lengthOfFirst;
    let before = kindBefore;
    for (let at = from; at < text.length; at++) {
      const codePoint = text.codePointAt(at) as number;
      if (codePoint > 0xffff) at += 1;
      const charClass = codePoint < 0x80 ? (ascii[codePoint] as number) : stepper.classes.classOf(codePoint);
      const written = stepper.step(now, length, before, charClass, next);
      budget.units -= stepUnits * (length + written + 2);
      if (stepper.matched.length > 0 && this.#collect(stepper.matched)) return true;
      if (budget.units + budget.perCharacter * at < 0) return false;
      [now, next] = [next, now];
      length = written;
      before = kindOf[charClass] as number;
    }
    stepper.end(now, length, before);
    this.#collect(stepper.matched);
    return true;
  }

  /** Records matches. Returns true when all sources have matched. */
  #collect(matched: readonly number[]): boolean {
    for (const source of matched) {
      if (this.found[source] === 1) continue;
      this.found[source] = 1;
      this.#matches += 1;
    }
    return this.#matches === this.sources.length;
  }
}
