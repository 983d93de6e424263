import type { Answer } from '../../api/index.ts';
import { defineCommand, exit } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

type Token = Answer<'/ultronex/tokens'>['tokens'][number];

export const tokenList = defineCommand({
  name: 'token list',
  summary: 'Print the API tokens: name, start of the secret, state, last use, expiry, scopes.',
  usage: '[options]',
  options: { json: { type: 'boolean', description: 'As JSON.' }, ...connectionOptions },
  words: [0, 0],
  async run({ values, io }) {
    const { tokens } = await connect(values, io).call<Answer<'/ultronex/tokens'>>('GET', '/tokens');
    if (values.json) io.out(JSON.stringify(tokens, null, 2));
    else if (tokens.length === 0) io.err('There is no token. `ultronex token create NAME --scope read` creates one.');
    else io.out(tokens.map(line).join('\n'));
    return exit.ok;
  },
});

function line({ name, start, state, lastUsedAt, expiresAt, scopes, team }: Token): string {
  const day = (time: string | null) => time?.slice(0, 10);
  const used = `used ${day(lastUsedAt) ?? 'never'}`;
  const expires = `expires ${day(expiresAt) ?? 'never'}`;
  const grants = `${scopes.join(' ')}${team === null ? '' : `  of workspace ${team}`}`;
  return [name.padEnd(16), `${start}…`, state.padEnd(7), used.padEnd(15), expires.padEnd(18), grants].join('  ');
}
