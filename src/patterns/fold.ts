/**
 * Case folding for the filter. The filter may return false candidates, which the engine rejects, but must not miss one.
 * So it merges at least the characters that RE2's (?i) merges: K, k and the Kelvin sign; s, S and ſ.
 */

let table: Uint16Array | undefined;

/** Maps each UTF-16 unit to the representative of its case family. The first call builds the table, in about 10 ms. */
export function foldTable(): Uint16Array {
  table ??= buildFoldTable();
  return table;
}

function buildFoldTable(): Uint16Array {
  const family = Uint16Array.from({ length: 0x10000 }, (_, unit) => unit);
  const rootOf = (unit: number): number => {
    let root = unit;
    while (family[root] !== root) root = family[root] as number;
    return root;
  };
  const merge = (a: number, b: number) => {
    const [low, high] = [rootOf(a), rootOf(b)].sort((x, y) => x - y) as [number, number];
    family[high] = low;
  };
  // Characters whose upper case is several letters (ΐ, ﬅ) fold with those of the same upper case.
  const byCapital = new Map<string, number>();
  for (let unit = 0; unit < 0x10000; unit++) {
    const char = String.fromCharCode(unit);
    const capital = char.toUpperCase();
    const small = char.toLowerCase();
    if (capital === char && small === char) continue;
    const sibling = byCapital.get(capital);
    if (sibling === undefined) byCapital.set(capital, unit);
    else merge(unit, sibling);
    if (capital.length === 1) merge(unit, capital.charCodeAt(0));
    if (small.length === 1) merge(unit, small.charCodeAt(0));
  }
  for (let unit = 0; unit < 0x10000; unit++) family[unit] = rootOf(unit);
  return family;
}

/**
 * Blocks whose case rules no longer change, so that Node's and the engine's Unicode versions agree on them. Elsewhere they
 * may not: Unicode 16 added upper-case forms of ƛ and ɤ. Characters of other blocks are never part of a literal.
 */
const settledBlocks: ReadonlyArray<readonly [first: number, last: number]> = [
  [0x0000, 0x017f], // ASCII, Latin-1, Latin Extended-A
  [0x0370, 0x03ff], // Greek
  [0x0400, 0x052f], // Cyrillic
  [0x0590, 0x109f], // Hebrew, Arabic, Indic, Thai …: no case
  [0x2010, 0x206f], // punctuation
  [0x20a0, 0x20cf], // currency
  [0x2190, 0x24b5], // arrows, mathematics, technical
  [0x2500, 0x2bff], // boxes, shapes, dingbats
  [0x2e80, 0x9fff], // CJK, kana
  [0xac00, 0xd7a3], // Hangul
  [0xfe0f, 0xfe0f], // emoji variation selector
  [0x1f000, 0x1faff], // emoji
];

/** Returns whether a character may be part of a literal. */
export function isSettled(codePoint: number): boolean {
  return settledBlocks.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/** Returns the folded UTF-16 units of a character. */
export function foldCodePoint(codePoint: number): string {
  const char = String.fromCodePoint(codePoint);
  return char.length === 1 ? String.fromCharCode(foldTable()[codePoint] as number) : char;
}
