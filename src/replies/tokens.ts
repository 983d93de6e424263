/** A word of a text: as it is written (lower case, composed accents), and without accents. */
export interface Word {
  exact: string;
  folded: string;
}

/** Slack's mentions, channels, dates and links; a link's label is kept when it is no copy of the address. */
const markup = /<(?:[@#!][^<>]*|([a-z][a-z0-9+.-]*:[^<>|]*)(?:\|([^<>]*))?)>/gi;
const address = /\bhttps?:\/\/\S+/gi;
const word = /[\p{L}\p{N}][\p{L}\p{M}\p{N}]*|\p{Extended_Pictographic}/gu;
const emoji = /:([\p{L}\p{N}_+'-]+)(?=:)/gu;

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
 * The words of a text; everything that is no letter or digit separates them, so `self-esteem` is two words. Addresses and
 * mentions are not something a person said.
 */
export function wordsOf(text: string): Word[] {
  const said = text
    .replace(markup, (_, target?: string, label?: string) => (label && !target?.includes(label) ? ` ${label} ` : ' '))
    .replace(address, ' ')
    .replace(/&(?:amp|lt|gt);/g, ' ');
  return [...said.normalize('NFC').matchAll(word)].map(([found]) => {
    const exact = found.toLowerCase();
    return { exact, folded: fold(exact) };
  });
}

/** Names of the emoji in a text, `:fire:` → `fire`. */
export function emojiOf(text: string): string[] {
  return [...text.matchAll(emoji)].map(([, name = '']) => name.toLowerCase());
}

/** The name when the text is one emoji and nothing else; null otherwise. */
export function onlyEmoji(text: string): string | null {
  return /^:([\p{L}\p{N}_+'-]+):$/u.exec(text.trim())?.[1]?.toLowerCase() ?? null;
}

/** Accents of Latin, Greek and Cyrillic letters only: in other scripts the marks are letters of their own. */
function fold(lowerCase: string): string {
  return lowerCase
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[ßæœøđðłıþς]/g, (letter) => lookalikes[letter] ?? letter)
    .normalize('NFC');
}
