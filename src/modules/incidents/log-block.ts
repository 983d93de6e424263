import { cut } from '../../domain/cut.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import type { LogLine } from './loki.ts';

/** Longest line of a block, escapes included. */
const longest = 300;

/**
 * Returns log lines as a block of code in mrkdwn, each with its distance to a time: `-12.3s  connection refused`. Keeps
 * the lines that are nearest to the time, so that the block has at most `max` characters; '' when none fits.
 */
export function logBlock(lines: readonly LogLine[], at: number, max: number): string {
  const written = lines.map((line) => ({ distance: Math.abs(line.at - at), text: lineOf(line, at) }));
  let left = max - fence.length * 2 - 1;
  const kept = new Set<(typeof written)[number]>();
  for (const line of [...written].sort((a, b) => a.distance - b.distance)) {
    left -= line.text.length + 1;
    if (left < 0) break;
    kept.add(line);
  }
  if (kept.size === 0) return '';
  const texts = written.filter((line) => kept.has(line)).map(({ text }) => text);
  return `${fence}\n${texts.join('\n')}\n${fence}`;
}

const fence = '```';

function lineOf({ at: time, text }: LogLine, at: number): string {
  const seconds = (time - at) / 1_000;
  const distance = `${seconds < 0 ? '-' : '+'}${Math.abs(seconds).toFixed(1)}s`;
  return `${distance.padStart(6)}  ${cut(escapeMrkdwn(text), longest, () => '…')}`;
}
