import { escapeMrkdwn } from './text.ts';

/**
 * A regular expression (or a sentence about one) as inline code. A line break or backtick would end the code, so the
 * one is shown as its escape, the other as the full-width sign, which matches the same (domain/characters.ts).
 */
export function code(text: string): string {
  const oneLine = text.replace(/\r?\n/g, '\\n');
  const safe = oneLine.replace(/\\.|`/g, (sign) => (sign.endsWith('`') ? '｀' : sign));
  return `\`${escapeMrkdwn(safe)}\``;
}
