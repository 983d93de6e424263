import { PatternRefused } from '../domain/errors.ts';

/** Longest pattern source, in UTF-16 units: enough for a list of a hundred words. */
const maxSourceLength = 1_000;

/**
 * Largest program, in RE2 instructions: roughly the characters and classes once counted repeats are expanded. The slowest
 * search takes this many steps per character, about 8 million for a text of 4 kB.
 */
export const maxProgramSize = 2_000;

/** The same for a pattern without a rare literal, which has to be tried on every message. */
export const maxSizeWithoutLiteral = 300;

/** Returns an error with the message `pattern "([": reason. Remedy.` A long source is cut, since the message is shown in a chat. */
export function refusal(source: string, reason: string, remedy: string, cause?: unknown): PatternRefused {
  const shown = source.length > 80 ? `${source.slice(0, 77)}…` : source;
  return new PatternRefused(`pattern "${shown}": ${reason}. ${remedy}`, cause === undefined ? undefined : { cause });
}

/** Makes the checks that need no parser. @throws {PatternRefused} */
export function checkShape(source: string): void {
  if (source.trim() === '') throw refusal(source, 'it is empty', 'Give at least one character to look for');
  if (source.length > maxSourceLength) {
    const reason = `${source.length} characters are more than ${maxSourceLength}`;
    throw refusal(source, reason, 'Split it into several patterns');
  }
  if (/\p{Surrogate}/u.test(source)) {
    throw refusal(source, 'it holds half of a surrogate pair', 'Copy the whole character, or leave it out');
  }
}

export function emptyMatchRefusal(source: string): PatternRefused {
  const reason = 'it can match without a single character, so it would match every message';
  return refusal(source, reason, 'Use + in place of * or ?, or add a word that must be there');
}

export function tooLargeRefusal(source: string, size?: number): PatternRefused {
  const found = size === undefined ? '' : ` (about ${Math.round(size)} steps, ${maxProgramSize} allowed)`;
  return refusal(source, `the pattern is too large${found}`, 'Use smaller counts in {…}, or .* in place of .{0,1000}');
}

export function tooLargeWithoutLiteralRefusal(source: string, size: number): PatternRefused {
  const found = `about ${Math.round(size)} steps, ${maxSizeWithoutLiteral} allowed`;
  const reason = `the pattern is too large to be tried on every message, having no rare word that must be there (${found})`;
  return refusal(source, reason, 'Add a rare word, use smaller counts in {…}, or .* in place of .{0,1000}');
}

const lookaround = /^\(\?<?[=!]/;
const backReference = /^(\\[1-9]|\\k|\(\?P$)/;

/** Remedies by a part of the parser's error description; re2js and RE2 both use the names of Go's regexp/syntax. */
const remedies: ReadonlyArray<readonly [description: string, remedy: string]> = [
  ['missing closing )', 'Close the group, or escape the parenthesis as \\('],
  ['unexpected )', 'Escape it as \\)'],
  ['missing closing ]', 'Close the brackets, or escape the bracket as \\['],
  ['missing argument to repetition', 'Put what repeats before it, or escape it as \\*, \\+ or \\?'],
  ['nested repetition', 'Write one repetition only, or put parentheses around the inner one: (a+)*'],
  ['repeat count', 'Counts go up to 1000, nested counts multiply, and the first is the smaller: {2,5}'],
  ['trailing backslash', 'Escape it as \\\\'],
  ['escape sequence', 'Drop the backslash, or double it to look for a backslash'],
  ['class range', 'Order the range low to high, or escape the hyphen as \\-; classes are named as in \\p{Greek}'],
  ['duplicate capture group', 'Name each group once'],
  ['named capture', 'Name groups as in (?P<name>…), with letters, digits and _'],
  ['Perl syntax', 'Groups may start with (?:, (?i), (?m), (?s) or (?P<name>; escape a plain parenthesis as \\('],
  ['too large', 'Use smaller counts in {…}'],
  ['too deeply', 'Take some of the parentheses out'],
];

/**
 * Returns the refusal for a parser's error, with a remedy.
 * @param description the parser's name of the error
 * @param where the part of the source that the parser names, or null
 */
export function syntaxRefusal(source: string, description: string, where: string | null, cause: unknown) {
  const part = where ?? '';
  if (lookaround.test(part)) {
    const reason = 'looking ahead or behind ((?=, (?!, (?<=, (?<!) cannot be run in linear time, so RE2 has none';
    return refusal(source, reason, 'Match the surrounding words as part of the pattern instead', cause);
  }
  if (backReference.test(part)) {
    const reason = 'back references (\\1, \\k<name>, (?P=name)) cannot be run in linear time, so RE2 has none';
    return refusal(source, reason, 'Write the repeated part out', cause);
  }
  const at = part !== '' && part !== source ? ` at "${part.length > 40 ? `${part.slice(0, 37)}…` : part}"` : '';
  const remedy = remedies.find(([words]) => description.includes(words))?.[1];
  return refusal(
    source,
    `${description}${at}`,
    remedy ?? 'The syntax is that of RE2: github.com/google/re2/wiki/Syntax',
    cause,
  );
}
