import type { Subscription } from '../../api/index.ts';
import { defineCommand, exit } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

export const trackList = defineCommand({
  name: 'track list',
  summary: 'Print the tracked patterns: id, user, channel, pattern.',
  usage: '[options]',
  options: { json: { type: 'boolean', description: 'As JSON.' }, ...connectionOptions },
  words: [0, 0],
  async run({ values, io }) {
    const { subscriptions } = await connect(values, io).call<{ subscriptions: Subscription[] }>(
      'GET',
      '/track?view=list',
    );
    if (values.json) io.out(JSON.stringify(subscriptions, null, 2));
    else if (subscriptions.length === 0) io.err('No pattern is tracked.');
    else io.out(subscriptions.map(line).join('\n'));
    return exit.ok;
  },
});

function line({ id, user, channel, pattern, paused }: Subscription): string {
  const pause = paused === undefined ? [] : [`(paused: ${paused})`];
  return [id, user.padEnd(11), (channel ?? 'everywhere').padEnd(11), pattern, ...pause].join('  ');
}
