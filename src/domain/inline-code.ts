import { escapeMrkdwn } from './text.ts';

/**
 * Returns a regular expression, or a sentence about one, as inline code. A line break or backtick would end the code: a
 * line break becomes `\n`, a backtick a full-width one, which matches the same characters (domain/characters.ts).
 */
export function code(text: string): string {
  const oneLine = text.replace(/\r?\n/g, '\\n');
  const safe = oneLine.replace(/\\.|`/g, (sign) => (sign.endsWith('`') ? '｀' : sign));
  return `\`${escapeMrkdwn(safe)}\``;
}
