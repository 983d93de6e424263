import { normalisePattern } from './normalise-pattern.ts';

/**
 * Returns the patterns that match the same texts: equal but for case, or for characters that normalisation makes equal
 * (`cafe´` and `café`, full-width letters, dashes, `:fire:` and its character).
 */
export function samePatterns<T extends { pattern: string }>(all: readonly T[], pattern: string): T[] {
  const key = keyOf(pattern);
  return all.filter((one) => one.pattern === pattern || keyOf(one.pattern) === key);
}

/** Escapes keep their case (`\d` is not `\D`), and so do classes whose range would become another one: `[A-z]`. */
const part = /\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\\\]])*\]|[^\\[]+|[\\[]/gsu;
const mixedRange = /(?![A-Z]-[A-Z]|[a-z]-[a-z]|\d-\d)[^-[^]-[^\]]/u;
/** `(?-i)` makes a pattern case-sensitive. */
const heedsCase = /\(\?[a-zA-Z]*-[a-zA-Z]*i/;

function keyOf(pattern: string): string {
  const normalised = normalisePattern(pattern);
  if (heedsCase.test(normalised)) return normalised;
  return normalised.replace(part, (found) => {
    const range = found.startsWith('[') && mixedRange.test(found);
    if (range || found.includes('\\')) return found;
    return found.replace(/./gsu, small);
  });
}

/** Lowers the case one character to one, as matching does: `ß` is not `ss`. */
function small(character: string): string {
  if (character === 'ς') return 'σ';
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
