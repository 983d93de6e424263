import { emojiNamed } from '../domain/emoji.ts';
import { type Segment, segmentsOf } from './segments.ts';

/** A word as it is written (lower case, composed accents), and without accents. */
export interface Form {
  exact: string;
  folded: string;
}

/** A word of a text; of scripts without spaces, a character of one. */
export interface Word extends Form {
  /** The word without what is bound to it: `love` of `love's` and of `#love`, `fire` of `:fire:`. null: nothing is. */
  bare: Form | null;
  segment: Segment;
}

/** Slack's mentions, channels, dates and links; a link's label is kept when it is no copy of the address. */
const markup = /<(?:[@#!][^<>]*|([a-z][a-z0-9+.-]*:[^<>|]*)(?:\|([^<>]*))?)>/gi;
const address = /\bhttps?:\/\/\S+/gi;
/** Characters that are not seen; not the joiners, which emoji and Indian scripts need. */
const invisible = /[\u00ad\u200b\u2060\ufeff]/g;
const apostrophes = /['’‘ʼ`´]/g;

const pictograph = '\\p{Extended_Pictographic}[\\ufe0e\\ufe0f\\p{Emoji_Modifier}]*';
/** One emoji as a character: joined ones, flags and keycaps are several code points. */
const sign = `${pictograph}(?:\\u200d${pictograph})*|\\p{RI}\\p{RI}|[0-9#*]\\ufe0f?\\u20e3`;
const letters = '[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}]*';
/** Letters and digits, with an apostrophe between letters (`don't`), a point or comma between digits (`3.5`). */
const plainWord = `${letters}(?:(?:(?<=[\\p{L}\\p{M}\\p{N}])'(?=\\p{L})|(?<=\\p{N})[.,](?=\\p{N}))${letters})*`;
/** Languages of programs: `C++`, `C#`. */
const shortName = '\\p{L}(?:\\+\\+|#)(?![\\p{L}\\p{N}#+])';
const name = ":[\\p{L}\\p{N}_+'-]{1,100}:(?::skin-tone-[2-6]:)?";
const word = new RegExp(`(${sign})|(${name})|(?<![\\p{L}\\p{N}])(?:${shortName})|#?${plainWord}`, 'gu');
const wordOfName = new RegExp(letters, 'gu');
const emoji = new RegExp(`(${sign})|:([\\p{L}\\p{N}_+'-]+)(?=:)`, 'gu');

/** Articles that lose their vowel: `l'amour`, `dell'amore`; then the possessive, and the `is` that looks like it. */
const elided = /^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|un|all|dall|dell|nell|sull|quell|quest)'(.+)$/;
const possessive = /^(.+)'s$/;

/** Letters that are no base letter plus an accent, so that decomposition leaves them. */
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
 * The words of a text; what is no letter or digit separates them, so `self-esteem` is two words, but `don't`, `3.5` and
 * `C++` are one. Addresses and mentions are not something a person said.
 */
export function wordsOf(text: string): Word[] {
  const said = text
    .replace(markup, (_, target?: string, label?: string) => (label && !target?.includes(label) ? ` ${label} ` : ' '))
    .replace(address, ' ')
    .replace(/&(?:amp|lt|gt);/g, ' ')
    .replace(invisible, '')
    .replace(apostrophes, "'");
  return [...said.normalize('NFKC').matchAll(word)].flatMap(([found, character, named]) => {
    if (character !== undefined) return [whole(keyOf(character), null)];
    return named === undefined ? readWord(found.toLowerCase()) : readName(named.split(':')[1] ?? '');
  });
}

/** A custom emoji is the words of its name. */
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

/** Emoji in a text: the character of one that is known, `🔥` for `:fire:` too, else the name of a custom one. */
export function emojiOf(text: string): string[] {
  return [...text.matchAll(emoji)].map(([, character, found = '']) =>
    character === undefined ? (emojiNamed(found) ?? found.toLowerCase()) : keyOf(character),
  );
}

/** The emoji when the text is one and nothing else, as in `emojiOf`; null otherwise. */
export function onlyEmoji(text: string): string | null {
  const [found, ...more] = [...text.trim().matchAll(emoji)];
  const length = found?.[2] === undefined ? found?.[0].length : found[0].length + 1;
  return found && more.length === 0 && length === text.trim().length ? (emojiOf(text)[0] ?? null) : null;
}

/** Without skin tone, and without the wish to be shown as text or in colours. */
const keyOf = (character: string): string => character.replace(/[\ufe0e\ufe0f\p{Emoji_Modifier}]/gu, '');

/** Accents of Latin, Greek and Cyrillic letters only: in other scripts the marks are letters of their own. */
function fold(lowerCase: string): string {
  return lowerCase
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßæœøđðłıþς]/g, (letter) => lookalikes[letter] ?? letter)
    .normalize('NFC');
}
