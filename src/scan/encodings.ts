/**
 * Legacy encodings cannot be detected reliably, least of all in logs with few non-ASCII letters. So a file is decoded in
 * several likely encodings, and patterns are matched in each text. A wrong one is gibberish, which rarely matches.
 */

/** Most encodings to try for one file; fewer when many letters make the guess more reliable. */
const mostGuesses = 5;
const mostGuessesOfMany = 3;
const manyLetters = 200;

/**
 * East Asian encodings with two bytes per character, and the lead bytes of their common characters. A text in another
 * encoding has fewer of these bytes. Tables: https://encoding.spec.whatwg.org/#indexes
 */
const twoBytes: readonly { encoding: string; isCommon(lead: number, trail: number): boolean }[] = [
  // Hiragana, katakana and their signs, and the kanji of level 1.
  { encoding: 'shift_jis', isCommon: (lead) => (lead >= 0x81 && lead <= 0x83) || (lead >= 0x88 && lead <= 0x97) },
  {
    encoding: 'euc-jp',
    isCommon: (lead) => lead === 0xa1 || lead === 0xa4 || lead === 0xa5 || (lead >= 0xb0 && lead <= 0xcf),
  },
  // Hangul; the hanja after it are rare today.
  { encoding: 'euc-kr', isCommon: (lead) => (lead >= 0xb0 && lead <= 0xc8) || lead === 0xa1 },
  // Hanzi of level 1 and signs.
  {
    encoding: 'gb18030',
    isCommon: (lead, trail) => trail >= 0xa1 && ((lead >= 0xb0 && lead <= 0xd7) || lead === 0xa1 || lead === 0xa3),
  },
  { encoding: 'big5', isCommon: (lead) => (lead >= 0xa4 && lead <= 0xc6) || lead === 0xa1 },
];
const commonShare = 0.85;

/** Single-byte encodings: from chardet's name to the Windows superset that `TextDecoder` supports. */
const oneByte: Readonly<Record<string, string>> = {
  'ISO-8859-1': 'windows-1252',
  'ISO-8859-2': 'windows-1250',
  'ISO-8859-5': 'iso-8859-5',
  'ISO-8859-6': 'windows-1256',
  'ISO-8859-7': 'windows-1253',
  'ISO-8859-8': 'windows-1255',
  'ISO-8859-9': 'windows-1254',
  'KOI8-R': 'koi8-r',
};

/** Returns the likely encodings of bytes that are not valid UTF-8, likeliest first. */
export async function guessEncodings(bytes: Uint8Array, sample: Uint8Array): Promise<string[]> {
  if (isNearlyUtf8(bytes)) return ['utf-8'];
  // Loaded on demand, since nearly all files are UTF-8.
  const { analyse } = await import('chardet');
  const detected = analyse(sample).filter(({ confidence }) => confidence >= 10);
  const { foreign, runs } = countForeign(sample);
  // In Latin scripts non-ASCII letters mostly stand alone; in other scripts they are adjacent.
  const isLatin = foreign < 1.6 * runs;
  const asian = isLatin && foreign < 4 ? [] : asianGuesses(sample, sample.length === bytes.length);
  const single = detected.flatMap(({ name }) => oneByte[name] ?? (name.startsWith('windows-') ? name : []));
  const fallback = isLatin ? ['windows-1252'] : ['windows-1251', 'koi8-r', 'ibm866'];
  const guesses = [...asian.slice(0, 3), ...single.slice(0, 1), ...fallback, ...single, 'windows-1252'];
  return [...new Set(guesses)].slice(0, foreign < manyLetters ? mostGuesses : mostGuessesOfMany);
}

/** Returns whether few bytes are invalid: a log cut within a character, or one line in another encoding. */
function isNearlyUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder('utf-8').decode(bytes);
  let foreign = 0;
  let broken = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0xfffd) broken += 1;
    else if (unit > 0x7f) foreign += 1;
  }
  return broken * 10 <= foreign;
}

function countForeign(sample: Uint8Array): { foreign: number; runs: number } {
  let foreign = 0;
  let runs = 0;
  let before = 0;
  for (const byte of sample) {
    if (byte > 0x7f) {
      foreign += 1;
      if (before <= 0x7f) runs += 1;
    }
    before = byte;
  }
  return { foreign, runs };
}

/** Returns the encodings in which all bytes are valid and most characters are common, likeliest first. */
function asianGuesses(sample: Uint8Array, isWhole: boolean): string[] {
  return twoBytes
    .map(({ encoding, isCommon }) => ({ encoding, share: shareOf(sample, isCommon) }))
    .filter(({ encoding, share }) => share >= commonShare && isValid(encoding, sample, isWhole))
    .sort((a, b) => b.share - a.share)
    .map(({ encoding }) => encoding);
}

function shareOf(sample: Uint8Array, isCommon: (lead: number, trail: number) => boolean): number {
  let pairs = 0;
  let common = 0;
  for (let index = 0; index < sample.length; index++) {
    const lead = sample[index] ?? 0;
    if (lead <= 0x80) continue;
    index += 1;
    pairs += 1;
    if (isCommon(lead, sample[index] ?? 0)) common += 1;
  }
  return pairs === 0 ? 0 : common / pairs;
}

/** Returns whether the bytes are valid. A sample of a file may end within a character. */
function isValid(encoding: string, sample: Uint8Array, isWhole: boolean): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(sample, { stream: !isWhole });
    return true;
  } catch {
    return false;
  }
}

/** Bytes 0x80 to 0x9f of windows-1252, https://encoding.spec.whatwg.org/index-windows-1252.txt */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

/** Decodes bytes; invalid ones become U+FFFD. Supports UTF-32, which `TextDecoder` does not. */
export function decodeAs(encoding: string, bytes: Uint8Array): string {
  if (encoding === 'utf-32le' || encoding === 'utf-32be') return decodeUtf32(bytes, encoding === 'utf-32le');
  if (encoding !== 'windows-1252') return new TextDecoder(encoding).decode(bytes);
  // Node 20 and 22 decode it as ISO-8859-1: nodejs/node issue 56542.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return text.replace(/[\u0080-\u009f]/g, (sign) => windows1252[sign.charCodeAt(0) - 0x80] ?? sign);
}

function decodeUtf32(bytes: Uint8Array, little: boolean): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength - (bytes.byteLength % 4));
  const parts: string[] = [];
  for (let at = 4; at < view.byteLength; at += 4) {
    const code = view.getUint32(at, little);
    parts.push(code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code));
  }
  return parts.join('');
}
