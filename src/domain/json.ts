import { InvalidRequest } from './errors.ts';

/** Deepest nesting of JSON from callers: validation and serialization are recursive. */
export const maxJsonDepth = 100;

/** Longest indented JSON, characters; longer values are written in compact form. */
export const maxIndentedCharacters = 2 * 1024 * 1024;

/**
 * Parses JSON from a caller.
 * @throws InvalidRequest when it is nested deeper than `maxJsonDepth`; SyntaxError when it is not JSON.
 */
export function parseJson(text: string): unknown {
  if (isDeeper(text, maxJsonDepth)) {
    throw new InvalidRequest(
      'body',
      `the JSON is nested deeper than ${maxJsonDepth} levels; send a flatter one, or as a text`,
    );
  }
  return JSON.parse(text);
}

const quote = 34;
const backslash = 92;

/** Returns whether brackets are nested deeper than `max`, in linear time and without recursion. */
function isDeeper(text: string, max: number): boolean {
  // Each level needs two characters.
  if (text.length <= 2 * max) return false;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit === quote) at = endOfString(text, at);
    else if (isOpening(unit)) {
      depth += 1;
      if (depth > max) return true;
    } else if (isClosing(unit)) depth -= 1;
  }
  return false;
}

const isOpening = (unit: number) => unit === 91 || unit === 123;
const isClosing = (unit: number) => unit === 93 || unit === 125;

/** Returns the index of the closing quote, or the text's length if there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === backslash) before -= 1;
    if ((end - before) % 2 === 1) return end;
  }
  return text.length;
}

/**
 * Returns JSON indented by two spaces, or compact JSON when the indented form would have more than `max` characters. Its
 * length is computed first, since nested brackets can make it 400 times as long.
 */
export function indentJson(value: unknown, max = maxIndentedCharacters): string {
  const compact = JSON.stringify(value);
  return indentedLength(compact) <= max ? JSON.stringify(value, null, 2) : compact;
}

/** Computes the length of `JSON.stringify(value, null, 2)` from the compact form. */
function indentedLength(compact: string): number {
  let length = compact.length;
  let depth = 0;
  for (let at = 0; at < compact.length; at += 1) {
    const unit = compact.charCodeAt(at);
    if (unit === quote) at = endOfString(compact, at);
    else if (unit === 58) length += 1;
    else if (unit === 44) length += 1 + 2 * depth;
    else if (isOpening(unit)) {
      // An empty list or object has no line breaks.
      if (isClosing(compact.charCodeAt(at + 1))) at += 1;
      else {
        depth += 1;
        length += 1 + 2 * depth;
      }
    } else if (isClosing(unit)) {
      depth -= 1;
      length += 1 + 2 * depth;
    }
  }
  return length;
}
