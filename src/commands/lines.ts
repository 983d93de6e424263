/** One command of a message with its arguments. */
export interface CommandLine {
  name: string;
  /** The word as it was written. */
  word: string;
  /** Trimmed. */
  args: string;
  /** Lines below it that neither begin a command nor belong to its arguments. */
  stray: string[];
}

/** Longest first word that may be a command, with punctuation around it; longer ones are cut when they are shown. */
export const longestWord = 40;

/**
 * Splits a text into commands, one a line. A pattern in a code fence, backticks or double quotes may have several lines.
 * Returns null when the first line does not begin with a command.
 * @param text trimmed, with straight quotes
 */
export function readCommands(text: string, isCommand: (name: string) => boolean): CommandLine[] | null {
  const lines = splitLines(withoutFence(text, isCommand)).map((line) => withoutSigns(line.trim(), isCommand));
  const found: CommandLine[] = [];
  for (const line of lines.filter((each) => each !== '')) {
    const [word = ''] = /^\S+/.exec(line) ?? [];
    const name = bare(word);
    const last = found.at(-1);
    if (last !== undefined && opensQuote(last.args) && line.includes('"'))
      last.args += `\n${[...last.stray.splice(0), line].join('\n')}`;
    else if (isCommand(name)) found.push({ name, word, args: line.slice(word.length).trim(), stray: [] });
    else if (last === undefined) return null;
    else last.stray.push(line);
  }
  return found.length === 0 ? null : found;
}

/** Removes signs around a word and lowers its case: `Help!`, `*help*` and `help:` become `help`. */
export function bare(word: string): string {
  return word
    .slice(0, longestWord + 1)
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .toLowerCase();
}

/** Splits at line breaks outside of code. */
function splitLines(text: string): string[] {
  const lines = [''];
  for (const [piece] of text.matchAll(/```[\s\S]*?```|`[^`\n]*`|[^`\n]+|[`\n]/g)) {
    if (piece === '\n') lines.push('');
    else lines[lines.length - 1] += piece;
  }
  return lines;
}

/** Removes a code fence around the whole text if a command is in it. */
function withoutFence(text: string, isCommand: (name: string) => boolean): string {
  if (!text.startsWith('```') || !text.endsWith('```') || text.length < 7) return text;
  const inner = text.slice(3, -3).trim();
  return !inner.includes('```') && beginsCommand(inner, isCommand) ? inner : text;
}

/** Removes formatting around a whole line (code, bold, italic, strike, quotes) if a command is in it. */
function withoutSigns(line: string, isCommand: (name: string) => boolean): string {
  const sign = line[0] ?? '';
  if (line.length < 3 || !'`"\'*_~'.includes(sign) || !line.endsWith(sign)) return line;
  const inner = line.slice(1, -1).trim();
  return !inner.includes(sign) && beginsCommand(inner, isCommand) ? inner : line;
}

function beginsCommand(text: string, isCommand: (name: string) => boolean): boolean {
  return isCommand(bare(/^\S+/.exec(text)?.[0] ?? ''));
}

/** Returns whether the text begins with a double quote that it does not close. */
function opensQuote(args: string): boolean {
  return /^"(?:[^"\\]|\\.)*$/s.test(args);
}
