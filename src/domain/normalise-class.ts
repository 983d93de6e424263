import { replaceAll } from './characters.ts';
import { codePoint, escapeRegex } from './pattern-text.ts';

/** Named classes: `[:alpha:]`, `\d`, `\pL`, `\p{Greek}`. */
const kind = /\[:\^?\w+:\]|\\[pP](?:\{[^}]*\}|.)|\\[dDsSwW]/y;
/** A single member: an escape, or a character with its combining marks. */
const member = /\\x\{([0-9a-fA-F]{1,6})\}|\\x([0-9a-fA-F]{2})|\\(?:[0-7]{1,3}|.)|[^\\]\p{M}*/suy;
/** In a larger range, characters that normalisation changes are not looked for. */
const largestRange = 512;

interface Member {
  /** As written. */
  raw: string;
  /** The character; null for escapes such as `\n`, which never change. */
  text: string | null;
}

/**
 * Normalises the bracket expression of RE2 that starts at `at`. A member that becomes several characters turns it into
 * alternatives: `[…!]` → `(?:[!]|\.\.\.)`. In a negated one, such a member counts as its first character.
 */
export function normaliseClass(source: string, at: number): { pattern: string; end: number } {
  const negated = source[at + 1] === '^';
  const singles: string[] = [];
  const several = new Set<string>();
  let next = at + (negated ? 2 : 1);
  const first = next;

  const match = (sticky: RegExp): RegExpExecArray | null => {
    sticky.lastIndex = next;
    const found = sticky.exec(source);
    if (found) next += found[0].length;
    return found;
  };
  const read = (): Member | null => {
    const found = match(member);
    if (!found) return null;
    const [raw, long, short] = found;
    const hex = long ?? short;
    return { raw, text: hex ? codePoint(hex) : raw.startsWith('\\') ? null : raw };
  };
  const add = (text: string) => {
    const chars = [...text];
    if (chars.length > 1 && !negated) several.add(text);
    else if (chars[0] !== undefined) singles.push(/[\]\\^[-]/.test(chars[0]) ? `\\${chars[0]}` : chars[0]);
  };
  const addOne = ({ raw, text }: Member) => {
    const shown = text === null ? raw : replaceAll(text);
    if (text === null || shown === text) singles.push(raw);
    else add(shown);
  };

  while (next < source.length && (source[next] !== ']' || next === first)) {
    const kept = match(kind)?.[0];
    if (kept !== undefined) {
      singles.push(kept);
      continue;
    }
    const low = read();
    if (low === null) break;
    const isRange = source[next] === '-' && next + 1 < source.length && source[next + 1] !== ']';
    if (!isRange) {
      addOne(low);
      continue;
    }
    next += 1;
    const high = read();
    if (high === null) break;
    singles.push(`${endOf(low)}-${endOf(high)}`);
    for (const alike of lookalikes(low, high)) add(alike);
  }
  if (source[next] !== ']') return { pattern: source.slice(at), end: source.length };
  const end = next + 1;
  const raw = source.slice(at, end);
  if (singles.length === 0 && several.size === 0) return { pattern: raw, end };
  const set = singles.length > 0 ? [`[${negated ? '^' : ''}${singles.join('')}]`] : [];
  if (several.size === 0) return { pattern: set.join(''), end };
  const longestFirst = [...several].sort((a, b) => b.length - a.length).map(escapeRegex);
  return { pattern: `(?:${[...set, ...longestFirst].join('|')})`, end };
}

/** Returns an end of a range as one composed character. */
function endOf({ raw, text }: Member): string {
  return text === null ? raw : text === raw ? raw.normalize('NFC') : raw;
}

/** Returns the normalised forms of a range's characters that normalisation changes. */
function lookalikes(low: Member, high: Member): string[] {
  const from = low.text?.normalize('NFC').codePointAt(0);
  const to = high.text?.normalize('NFC').codePointAt(0);
  if (from === undefined || to === undefined || to < 128 || to - from > largestRange) return [];
  const found = new Set<string>();
  for (let code = from; code <= to; code++) {
    const shown = replaceAll(String.fromCodePoint(code));
    if (shown !== String.fromCodePoint(code)) found.add(shown);
  }
  return [...found];
}
