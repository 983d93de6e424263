/**
 * Normalises characters that look alike, so that texts and patterns match whatever keyboard, phone or word processor
 * they were typed on: composed accents (NFC), straight quotes, plain spaces and hyphens, `--` for the long dash, `...` for
 * the ellipsis, ASCII for full-width letters. Removes characters without width and skin tones of emoji.
 */

const spaces = '\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
const lineBreaks = '\\u2028\\u2029';
const hyphens = '\\u2010-\\u2013\\u2212\\ufe63';
const longDashes = '\\u2014\\u2015\\ufe58';
const singleQuotes = '\\u2018-\\u201b\\u2032\\u02bc';
const doubleQuotes = '\\u201c-\\u201f\\u2033';
/** Soft hyphens, zero-width characters, bidi controls, variation selectors, skin tones. */
const ignored =
  '\\u00ad\\u034f\\u061c\\u180e\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2069\\ufeff\\ufe00-\\ufe0f\\u{1f3fb}-\\u{1f3ff}';
/** Ligatures, full-width and half-width forms, mathematical letters (which people use as bold text). */
const forms = '\\ufb00-\\ufb06\\uff01-\\uffee\\u{1d400}-\\u{1d7ff}';
/** Compatibility characters that NFC itself replaces: ohm, kelvin, ångström, some ideographs. */
const singletons = '\\u2126\\u212a\\u212b\\uf900-\\ufaff';

const one = `[${spaces}${lineBreaks}${hyphens}${longDashes}${singleQuotes}${doubleQuotes}${ignored}${forms}${singletons}\\u2026]`;
const jamo = '[\\u1100-\\u1112][\\u1161-\\u1175][\\u11a8-\\u11c2]?';
const halfWidthKana = '[\\uff66-\\uff9d][\\uff9e\\uff9f]';

/** Source of a regular expression (with the flag `u`) for each part of a text that `normaliseCharacters` may change. */
export const unusualParts = `${halfWidthKana}|${one}|${jamo}|[^\\p{M}\\n]?\\p{M}+`;
const mayDiffer = new RegExp(`\\p{M}|${one}|${jamo}`, 'u');
const foreign = /[^\0-\x7f]+/g;

const replacements: ReadonlyArray<readonly [RegExp, string]> = [
  [new RegExp(`[${ignored}]+`, 'gu'), ''],
  [new RegExp(`[${spaces}]`, 'g'), ' '],
  [new RegExp(`[${lineBreaks}]`, 'g'), '\n'],
  [new RegExp(`[${hyphens}]`, 'g'), '-'],
  [new RegExp(`[${longDashes}]`, 'g'), '--'],
  [new RegExp(`[${singleQuotes}]`, 'g'), "'"],
  [new RegExp(`[${doubleQuotes}]`, 'g'), '"'],
  [/\u2026/g, '...'],
];
const formsRun = new RegExp(`[${forms}]+`, 'gu');

/** Returns whether normalisation may change a text; never for ASCII. */
export function mayNormalise(text: string): boolean {
  foreign.lastIndex = 0;
  for (let run = foreign.exec(text); run; run = foreign.exec(text)) if (mayDiffer.test(run[0])) return true;
  return false;
}

/** Source of a regular expression for a run of non-ASCII characters, with the ASCII character before it, which may take an accent. */
export const beyondAscii = '[\\0-\\x7f]?[^\\0-\\x7f]+';
const runs = new RegExp(beyondAscii, 'g');

/** Returns the normalised text. ASCII and composed letters of all scripts do not change. */
export function normaliseCharacters(text: string): string {
  return mayNormalise(text) ? text.replace(runs, (run) => (mayDiffer.test(run) ? replaceAll(run) : run)) : text;
}

/** The same without checking first whether anything may change. */
export function replaceAll(text: string): string {
  const folded = text.replace(formsRun, (run) => run.normalize('NFKC'));
  return replacements.reduce((left, [from, to]) => left.replace(from, to), folded).normalize('NFC');
}
