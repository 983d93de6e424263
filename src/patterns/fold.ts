/**
 * Case folding for the filter. The filter may find too much (the engine has the last word) but never too little, so
 * folding here merges at least what RE2's (?i) merges: K, k and the Kelvin sign are one, and so are s, S and ſ.
 */

let table: Uint16Array | undefined;

/** For each UTF-16 unit the unit that stands for its case family. Built at the first call, some 10 ms. */
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
  // Characters whose capital is several letters (ΐ, ﬅ) fold with those that share the capital.
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
 * Blocks whose case rules are settled, so that this runtime's Unicode version and the engine's cannot disagree on them
 * (Unicode 16 gave ƛ and ɤ, caseless for decades, a capital). Anything else never becomes part of a literal.
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

/** Whether a character may be part of a literal. */
export function isSettled(codePoint: number): boolean {
  return settledBlocks.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/** One character in the filter's spelling: its one or two UTF-16 units, folded. */
export function foldCodePoint(codePoint: number): string {
  const char = String.fromCodePoint(codePoint);
  return char.length === 1 ? String.fromCharCode(foldTable()[codePoint] as number) : char;
}
