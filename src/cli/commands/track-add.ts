import type { Answer, Body } from '../../api/index.ts';
import { defineCommand, exit, UsageError } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

export const trackAdd = defineCommand({
  name: 'track add',
  summary: 'Track a pattern for a user, who gets the matches as direct messages. Prints the id.',
  usage: '<pattern> --for USER [--channel CHANNEL] [--include-own] [options]',
  options: {
    for: { type: 'string', value: 'USER', description: 'The Slack user: @name, an e-mail address or an id.' },
    channel: { type: 'string', value: 'CHANNEL', description: 'The only channel to watch: #name or an id.' },
    'include-own': { type: 'boolean', description: "The user's own messages are sent to them too." },
    ...connectionOptions,
  },
  words: [1, 1],
  async run({ values, words: [pattern = ''], io }) {
    if (values.for === undefined) throw new UsageError('--for USER is missing');
    const body: Body<'/ultronex/track', 'post'> = {
      pattern,
      user: values.for,
      channel: values.channel,
      ...(values['include-own'] && { includeOwn: true }),
    };
    const { id, warnings = [] } = await connect(values, io).call<Answer<'/ultronex/track', 'post', 201>>(
      'POST',
      '/track',
      body,
    );
    io.out(id);
    for (const warning of warnings) io.err(`warning: ${warning}`);
    return exit.ok;
  },
});
