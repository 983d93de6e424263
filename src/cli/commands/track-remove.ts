import type { Answer } from '../../api/index.ts';
import { defineCommand, exit } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

export const trackRemove = defineCommand({
  name: 'track remove',
  summary: 'Stop tracking; `ultronex track list` has the ids.',
  usage: '<id> [options]',
  options: connectionOptions,
  words: [1, 1],
  async run({ values, words: [id = ''], io }) {
    const { msg } = await connect(values, io).call<Answer<'/ultronex/track/{id}', 'delete'>>(
      'DELETE',
      `/track/${encodeURIComponent(id)}`,
    );
    io.out(msg);
    return exit.ok;
  },
});
