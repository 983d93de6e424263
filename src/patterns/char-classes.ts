import { type CharSet, newline, type Program, position, setHas, wordChars } from './program.ts';

/** Partition of all characters: those that no instruction of a program distinguishes form a class, one column of a table. */
export interface CharClasses {
  readonly count: number;
  /** Class by ASCII character. */
  readonly ascii: Uint16Array;
  /** Class of any other code point. */
  classOf(codePoint: number): number;
  /** By set * count + class: whether the set holds the class. */
  readonly member: Uint8Array;
  /** By class: the `kind` of its characters. */
  readonly kindOf: Uint8Array;
  readonly bytes: number;
}

/** Kinds of characters that `^`, `$` and `\b` distinguish. `edge`: the start or the end of the text. */
export const kind = { edge: 0, newline: 1, word: 2, other: 3 } as const;

export function charClasses({ sets, asserts }: Program): CharClasses {
  const words = wordChars();
  const seesLines = (asserts & (position.lineStart | position.lineEnd)) !== 0;
  const seesWords = (asserts & (position.boundary | position.noBoundary)) !== 0;
  const telling: CharSet[] = [...sets, ...(seesLines ? [newline] : []), ...(seesWords ? [words] : [])];
  const starts = boundaries(telling);
  const classAt = new Uint16Array(starts.length);
  const columns: boolean[][] = [];
  const known = new Map<string, number>();
  starts.forEach((start, at) => {
    const column = telling.map((set) => setHas(set, start));
    const key = column.map((has) => (has ? 1 : 0)).join('');
    let number = known.get(key);
    if (number === undefined) {
      number = columns.push(column) - 1;
      known.set(key, number);
    }
    classAt[at] = number;
  });
  const count = columns.length;
  const member = new Uint8Array(sets.length * count);
  const kindOf = new Uint8Array(count).fill(kind.other);
  columns.forEach((column, number) => {
    for (let set = 0; set < sets.length; set++) member[set * count + number] = column[set] ? 1 : 0;
    if (seesLines && column[sets.length]) kindOf[number] = kind.newline;
    else if (seesWords && column.at(-1)) kindOf[number] = kind.word;
  });
  const classOf = (codePoint: number) => classAt[lastAtMost(starts, codePoint)] as number;
  const ascii = Uint16Array.from({ length: 128 }, (_, code) => classOf(code));
  const bytes = starts.byteLength + classAt.byteLength + member.byteLength + count + 256 + 400;
  return { count, ascii, classOf, member, kindOf, bytes };
}

/** Returns, in ascending order, 0 and the code points where a set begins or the one after its end. */
function boundaries(sets: readonly CharSet[]): Int32Array {
  const all = new Set<number>([0]);
  for (const set of sets) {
    for (let at = 0; at < set.length; at += 2) {
      all.add(set[at] as number);
      all.add((set[at + 1] as number) + 1);
    }
  }
  return Int32Array.from(all).sort();
}

function lastAtMost(starts: Int32Array, codePoint: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= codePoint) low = middle;
    else high = middle - 1;
  }
  return low;
}
