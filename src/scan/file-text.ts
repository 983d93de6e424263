import { isUtf8 } from 'node:buffer';
import { decodeAs, guessEncodings } from './encodings.ts';
import { binaryFormat } from './file-formats.ts';

/** `texts`: the file's text, decoded in each likely encoding; `binary`: the name of its binary format. */
export type FileText = { texts: string[] } | { binary: string };

/** The encoding is detected from this many bytes at the beginning of a file. */
const sampleBytes = 64 * 1024;
/** A file with a larger share of control characters is binary. */
const mostControls = 0.01;

/**
 * Decodes a file. Uses its bytes only: the type given by Slack or a browser is often wrong (a `.log` is sent as
 * `application/octet-stream`). Detects UTF-8, UTF-16 and UTF-32; guesses other encodings.
 */
export async function readFileText(bytes: Uint8Array): Promise<FileText> {
  const format = binaryFormat(bytes);
  if (format !== null) return { binary: format };
  const unicode = unicodeOf(bytes);
  if (unicode !== null) return { texts: [cleaned(decodeAs(unicode, bytes))] };

  const sample = bytes.subarray(0, sampleBytes);
  const { controls, nuls } = countControls(sample);
  const tooMany = controls > mostControls * (sample.length - nuls);
  if (isUtf8(bytes)) return tooMany ? { binary: 'binary data' } : { texts: [cleaned(decodeAs('utf-8', bytes))] };
  if (tooMany || nuls > 0) return { binary: 'binary data' };
  const encodings = await guessEncodings(bytes, sample);
  return { texts: [...new Set(encodings.map((encoding) => cleaned(decodeAs(encoding, bytes))))] };
}

/** Detects UTF-16 and UTF-32 by a byte order mark, and UTF-16 by the zero bytes of ASCII characters; null for neither. */
function unicodeOf(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 && bytes.length % 4 === 0 ? 'utf-32le' : 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'utf-32be';

  const sample = bytes.subarray(0, Math.min(sampleBytes, bytes.length - (bytes.length % 2)));
  let even = 0;
  let odd = 0;
  for (let index = 0; index < sample.length; index += 2) {
    if (sample[index] === 0) even += 1;
    if (sample[index + 1] === 0) odd += 1;
  }
  // The zero bytes of ASCII characters are all at even or all at odd offsets.
  if (odd > 20 * even && isPlausible('utf-16le', sample)) return 'utf-16le';
  if (even > 20 * odd && isPlausible('utf-16be', sample)) return 'utf-16be';
  // UTF-16 without any ASCII character: considered only if the bytes are no text in another encoding.
  if (even + odd > 0 || sample.length < 2 || isUtf8(sample)) return null;
  if (countControls(sample).controls <= mostControls * sample.length) return null;
  return ['utf-16le', 'utf-16be'].find((encoding) => isPlausible(encoding, sample)) ?? null;
}

const scripts = 'Latin Cyrillic Greek Han Hiragana Katakana Hangul Arabic Hebrew Thai Devanagari Common Inherited';
/** Characters of common scripts. Of random 16-bit numbers, at least a quarter are not among them. */
const written = new RegExp(
  `[${scripts
    .split(' ')
    .map((name) => `\\p{Script=${name}}`)
    .join('')}]`,
  'u',
);
/** Characters that texts do not have: private use, unassigned, lone surrogates, controls except line breaks and tabs. */
const unwritten = /[\p{Co}\p{Cs}\p{Cn}]|(?![\t\n\f\r])\p{Cc}/u;

function isPlausible(encoding: string, sample: Uint8Array): boolean {
  const characters = [...decodeAs(encoding, sample).slice(0, 4_000)];
  const good = characters.filter((character) => written.test(character) && !unwritten.test(character)).length;
  return good >= 0.95 * characters.length;
}

function countControls(bytes: Uint8Array): { controls: number; nuls: number } {
  let controls = 0;
  let nuls = 0;
  for (const byte of bytes) {
    if (byte === 0) nuls += 1;
    // Except backspace, tab, line breaks, form feed, and the escape of coloured logs.
    else if ((byte < 0x20 && (byte < 8 || byte > 13) && byte !== 0x1b) || byte === 0x7f) controls += 1;
  }
  return { controls, nuls };
}

/** Removes terminal colours, which may split words, and replaces zero bytes (record separators, holes of rotated logs) by \n. */
function cleaned(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are meant
  const plain = text.includes('\x1b[') ? text.replace(/\x1b\[[0-9;?]*[ -/]*[@-~]/g, '') : text;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly those are meant
  return plain.includes('\0') ? plain.replace(/\x00+/g, '\n') : plain;
}
