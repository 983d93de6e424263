/** A plain text as a pattern that matches just it. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|()[\]{}*+?]/g, '\\$&');
}

/** The character of a code point in hexadecimal; null beyond Unicode. */
export function codePoint(hex: string): string | null {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
