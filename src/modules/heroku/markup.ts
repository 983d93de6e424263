import { cut } from '../../domain/cut.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import { cleanText } from '../../lib/clean-line.ts';

/** Returns a text from outside on one line, escaped for mrkdwn, with at most about `max` characters. */
export function oneLine(text: string, max: number): string {
  return escapeMrkdwn(cut(cleanText(text), max, () => '…'));
}

/** Returns a text as inline code, which nothing in it can end. */
export const inCode = (text: string): string => `\`${oneLine(text, 100)}\``;

/** Returns a text in bold, which nothing in it can end. */
export const inBold = (text: string): string => `*${oneLine(text, 100).replaceAll('*', '∗')}*`;
