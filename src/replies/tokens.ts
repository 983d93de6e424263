import { emojiNamed } from '../domain/emoji.ts';
import { type Segment, segmentsOf } from './segments.ts';

/** A word in two forms: `exact` in lower case with composed accents, `folded` without accents. */
export interface Form {
  exact: string;
  folded: string;
}

/** A word of a text; in scripts without spaces, a character. */
export interface Word extends Form {
  /** The word without an affix: `love` for `love's` and `#love`, `fire` for `:fire:`. Null if there is none. */
  bare: Form | null;
  segment: Segment;
}

/** Slack's mentions, channels, dates and links. The label of a link is kept unless it repeats the address. */
const markup = /<(?:[@#!][^<>]*|([a-z][a-z0-9+.-]*:[^<>|]*)(?:\|([^<>]*))?)>/gi;
const address = /\bhttps?:\/\/\S+/gi;
/** Invisible characters, without the joiners, which emoji and Indic scripts need. */
const invisible = /[\u00ad\u200b\u2060\ufeff]/g;
const apostrophes = /['’‘ʼ`´]/g;

const pictograph = '\\p{Extended_Pictographic}[\\ufe0e\\ufe0f\\p{Emoji_Modifier}]*';
/** A Unicode emoji. Joined ones, flags and keycaps are several code points. */
const sign = `${pictograph}(?:\\u200d${pictograph})*|\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3`;
const letters = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*';
/** Letters and digits, with an apostrophe between letters (`don't`), a point or comma between digits (`3.5`). */
const plainWord = `${letters}(?:(?:(?<=[\\p{L}\\p{M}\\p{N}])'(?=\\p{L})|(?<=\\p{N})[.,](?=\\p{N}))${letters})*`;
/** Names of programming languages: `C++`, `C#`. */
const shortName = '\\p{L}(?:\\+\\+|#)(?![\\p{L}\\p{N}#+])';
const name = ":[\\p{L}\\p{N}_+'-]{1,100}:(?::skin-tone-[2-6]:)?";
const word = new RegExp(`(${sign})|(${name})|(?<![\\p{L}\\p{N}])(?:${shortName})|#?${plainWord}`, 'gu');
const wordOfName = new RegExp(letters, 'gu');
const emoji = new RegExp(`(${sign})|:([\\p{L}\\p{N}_+'-]+)(?=:)`, 'gu');

/** Elided French and Italian articles: `l'amour`, `dell'amore`. */
const elided = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|all|dall|dell|nell|sull|quell|quest)'(.+)$/;
/** The English possessive, or a contracted `is`. */
const possessive = /^(.+)'s$/;

/** Letters that Unicode does not decompose into a base letter and an accent. */
const lookalikes: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ı: 'i',
  þ: 'th',
  ς: 'σ',
};

/**
 * Returns the words of a text. Everything but letters and digits separates words: `self-esteem` is two, but `don't`, `3.5`
 * and `C++` are one. Addresses and mentions are skipped.
 */
export function wordsOf(text: string): Word[] {
  const cleaned = text
    .replace(markup, (_, target?: string, label?: string) => (label && !target?.includes(label) ? ` ${label} ` : ' '))
    .replace(address, ' ')
    .replace(/&(?:amp|lt|gt);/g, ' ')
    .replace(invisible, '')
    .replace(apostrophes, "'");
  return [...cleaned.normalize('NFKC').matchAll(word)].flatMap(([found, character, named]) => {
    if (character !== undefined) return [whole(keyOf(character), null)];
    return named === undefined ? readWord(found.toLowerCase()) : readName(named.split(':')[1] ?? '');
  });
}

/** Returns a known emoji as one word, and a custom emoji as the words of its name. */
function readName(found: string): Word[] {
  const known = emojiNamed(found);
  const words = found.toLowerCase().match(wordOfName) ?? [];
  if (known === null) return words.flatMap(readWord);
  return [whole(known, words.length === 1 ? formOf(words[0] ?? '') : null)];
}

function readWord(lowerCase: string): Word[] {
  const segments = segmentsOf(lowerCase);
  if (segments !== null) return segments.map(({ text, ...segment }) => ({ ...formOf(text), bare: null, segment }));
  const bare = lowerCase.startsWith('#')
    ? lowerCase.slice(1)
    : (possessive.exec(lowerCase)?.[1] ?? elided.exec(lowerCase)?.[1]);
  return [whole(lowerCase, bare === undefined ? null : formOf(bare))];
}

function whole(exact: string, bare: Form | null): Word {
  return { ...formOf(exact), bare, segment: { word: null, begins: true, ends: true, divisible: false } };
}

const formOf = (exact: string): Form => ({ exact, folded: fold(exact) });

/** Returns the emoji in a text: the character of a known one, also `🔥` for `:fire:`, or the name of a custom one. */
export function emojiOf(text: string): string[] {
  return [...text.matchAll(emoji)].map(([, character, found = '']) =>
    character === undefined ? (emojiNamed(found) ?? found.toLowerCase()) : keyOf(character),
  );
}

/** Returns the emoji, as `emojiOf` does, if the text is a single one; null otherwise. */
export function onlyEmoji(text: string): string | null {
  const [found, ...more] = [...text.trim().matchAll(emoji)];
  const length = found?.[2] === undefined ? found?.[0].length : found[0].length + 1;
  return found && more.length === 0 && length === text.trim().length ? (emojiOf(text)[0] ?? null) : null;
}

/** Removes skin tone and variation selectors. */
const keyOf = (character: string): string => character.replace(/[\ufe0e\ufe0f\p{Emoji_Modifier}]/gu, '');

/** Removes accents of Latin, Greek and Cyrillic letters only: in other scripts combining marks are letters. */
function fold(lowerCase: string): string {
  return lowerCase
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßæœøđðłıþς]/g, (letter) => lookalikes[letter] ?? letter)
    .normalize('NFC');
}
