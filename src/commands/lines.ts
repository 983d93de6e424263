/** One command of a message: `forward`, with what follows its name. */
export interface CommandLine {
  name: string;
  /** The word as it was written. */
  word: string;
  /** Trimmed. */
  args: string;
  /** Lines below it that begin no command and are not part of its arguments. */
  stray: string[];
}

/** Longer than any command with the punctuation around it. */
export const longestWord = 40;

/**
 * The commands of a text, one a line; a pattern in a code fence, backticks or double quotes may have several lines. Null
 * when the first line that says something begins with no command: then it is talk.
 * @param text trimmed, quotes straight
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

/** `Help!`, `*help*` and `help:` are `help`. */
export function bare(word: string): string {
  return word
    .slice(0, longestWord + 1)
    .replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '')
    .toLowerCase();
}

/** At line breaks, but for those inside code. */
function splitLines(text: string): string[] {
  const lines = [''];
  for (const [piece] of text.matchAll(/```[\s\S]*?```|`[^`\n]*`|[^`\n]+|[`\n]/g)) {
    if (piece === '\n') lines.push('');
    else lines[lines.length - 1] += piece;
  }
  return lines;
}

/** Commands that were sent as one block of code. */
function withoutFence(text: string, isCommand: (name: string) => boolean): string {
  if (!text.startsWith('```') || !text.endsWith('```') || text.length < 7) return text;
  const inner = text.slice(3, -3).trim();
  return !inner.includes('```') && beginsCommand(inner, isCommand) ? inner : text;
}

/** A line that is code, bold, italic, struck or quoted as a whole. */
function withoutSigns(line: string, isCommand: (name: string) => boolean): string {
  const sign = line[0] ?? '';
  if (line.length < 3 || !'`"\'*_~'.includes(sign) || !line.endsWith(sign)) return line;
  const inner = line.slice(1, -1).trim();
  return !inner.includes(sign) && beginsCommand(inner, isCommand) ? inner : line;
}

function beginsCommand(text: string, isCommand: (name: string) => boolean): boolean {
  return isCommand(bare(/^\S+/.exec(text)?.[0] ?? ''));
}

/** A double quote at the start that the text does not close. */
function opensQuote(args: string): boolean {
  return /^"(?:[^"\\]|\\.)*$/s.test(args);
}
