import type { Answer, Body } from '../../api/index.ts';
import { defineCommand, exit, UsageError } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

export const tokenCreate = defineCommand({
  name: 'token create',
  summary: 'Create an API token and print its secret, which is not shown again.',
  usage: '<name> --scope SCOPE [--scope SCOPE …] [--expires TIME] [options]',
  options: {
    scope: {
      type: 'string',
      multiple: true,
      value: 'SCOPE',
      description: 'Its access, once for each: read, post, post:#ops, track, beat:NAME, hook:NAME, control, admin …',
    },
    team: {
      type: 'string',
      value: 'TEAM',
      description: 'Limits it to the data of a workspace that installed the app, by its id. Default: the operator’s.',
    },
    expires: { type: 'string', value: 'TIME', description: 'The time until it expires: 90d, 12h. Default: never.' },
    ...connectionOptions,
  },
  words: [1, 1],
  async run({ values, words: [name = ''], io }) {
    if (values.scope === undefined) throw new UsageError('--scope is missing; --scope read gives the least access');
    const body: Body<'/ultronex/tokens', 'post'> = {
      name,
      scopes: values.scope,
      team: values.team,
      expires: values.expires,
    };
    const { token } = await connect(values, io).call<Answer<'/ultronex/tokens', 'post', 201>>('POST', '/tokens', body);
    io.out(token);
    io.err('Keep it now, it is not shown again. Send it as the header Authorization: Bearer ux_…');
    return exit.ok;
  },
});
