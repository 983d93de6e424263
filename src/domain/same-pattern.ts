import { normalisePattern } from './normalise-pattern.ts';

/**
 * The patterns that are the same to matching: written alike, or else in another spelling of the same characters (`cafe´`
 * and `café`, full-width letters, dashes, `:fire:` and its character) or in other capitals.
 */
export function samePatterns<T extends { pattern: string }>(all: readonly T[], pattern: string): T[] {
  const key = keyOf(pattern);
  return all.filter((one) => one.pattern === pattern || keyOf(one.pattern) === key);
}

/** Escapes keep their capitals (`\d` is not `\D`), and so do classes whose range would become another one: `[A-z]`. */
const part = /\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\.|\[\^?\]?(?:\\.|\[:\^?\w+:\]|[^\\\]])*\]|[^\\[]+|[\\[]/gsu;
const mixedRange = /(?![A-Z]-[A-Z]|[a-z]-[a-z]|\d-\d)[^-[^]-[^\]]/u;
/** `(?-i)` makes capitals count. */
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

/** By the rule of one character for one, as matching folds: `ß` is not `ss`. */
function small(character: string): string {
  if (character === 'ς') return 'σ';
  const lower = character.toLowerCase();
  return lower.length === character.length ? lower : character;
}
