import type { PatternTest } from '../../api/index.ts';
import { defineCommand, exit, UsageError } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';
import { readAll } from '../input.ts';

export const trackTest = defineCommand({
  name: 'track test',
  summary: 'Try a pattern on a text; prints what matches. Exit code 1 when nothing does.',
  usage: '<pattern> [text|-] [options]',
  options: connectionOptions,
  words: [1, 2],
  async run({ values, words: [pattern, written], io }) {
    if (written === undefined && io.stdin.isTTY)
      throw new UsageError('there is no text; write one, or - to read stdin');
    const sample = written === undefined || written === '-' ? await readAll(io.stdin) : written;
    const { matches, spans, warnings } = await connect(values, io).call<PatternTest>('POST', '/track/test', {
      pattern,
      sample,
    });
    for (const warning of warnings ?? []) io.err(`warning: ${warning}`);
    if (matches) io.out(spans.map(([start, end]) => `${start}-${end}: ${sample.slice(start, end)}`).join('\n'));
    else io.err('No match.');
    return matches ? exit.ok : exit.failed;
  },
});
