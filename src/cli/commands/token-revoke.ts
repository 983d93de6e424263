import type { Answer } from '../../api/index.ts';
import { defineCommand, exit } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

export const tokenRevoke = defineCommand({
  name: 'token revoke',
  summary: 'Revoke an API token; its next request is refused.',
  usage: '<name> [options]',
  options: connectionOptions,
  words: [1, 1],
  async run({ values, words: [name = ''], io }) {
    const path = `/tokens/${encodeURIComponent(name)}`;
    await connect(values, io).call<Answer<'/ultronex/tokens/{name}', 'delete'>>('DELETE', path);
    io.out('Revoked.');
    return exit.ok;
  },
});
