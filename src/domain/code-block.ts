import { escapeMrkdwn } from './text.ts';

const fence = '```';

/**
 * Returns the last lines that fit as a block of code in mrkdwn; '' when none has text.
 * @param lines without line breaks and backticks, not escaped
 * @param most characters of the block, fences and escapes included
 */
export function codeBlock(lines: readonly string[], most: number): string {
  let left = most - 2 * fence.length - 1;
  const kept: string[] = [];
  for (const line of lines.map(escapeMrkdwn).toReversed()) {
    left -= line.length + 1;
    if (left < 0) break;
    kept.unshift(line);
  }
  return kept.every((line) => line === '') ? '' : [fence, ...kept, fence].join('\n');
}
