/** Returns a pattern that matches exactly this text. */
export function escapeRegex(text: string): string {
  return text.replace(/[\\^$.|()[\]{}*+?]/g, '\\$&');
}

/** Returns the character of a hexadecimal code point; null above U+10FFFF. */
export function codePoint(hex: string): string | null {
  const code = Number.parseInt(hex, 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
