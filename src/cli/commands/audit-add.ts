import type { Answer, Body } from '../../api/index.ts';
import { defineCommand, exit } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

export const auditAdd = defineCommand({
  name: 'audit add',
  summary: 'Add an entry to the audit log, on an action outside of the program such as a deploy.',
  usage: '<action> <target> [--outcome OUTCOME] [--detail TEXT] [options]',
  options: {
    outcome: { type: 'string', value: 'OUTCOME', description: 'begun, done, failed or refused. Default: done.' },
    detail: { type: 'string', value: 'TEXT', description: 'Further facts, or the reason.' },
    ...connectionOptions,
  },
  words: [2, 2],
  async run({ values, words: [action = '', target = ''], io }) {
    const { outcome, detail } = values;
    const body = { action, target, outcome, detail } as Body<'/ultronex/audit', 'post'>;
    await connect(values, io).call<Answer<'/ultronex/audit', 'post', 201>>('POST', '/audit', body);
    return exit.ok;
  },
});
