import type { Answer } from '../../api/index.ts';
import { defineCommand, exit, UsageError } from '../command.ts';
import { connect, connectionOptions } from '../connection.ts';

const mostListed = 200;

export const auditList = defineCommand({
  name: 'audit list',
  summary: 'List the newest entries of the audit log: time, actor, source, action, target, outcome.',
  usage: '[--action ACTION] [--actor NAME] [--target TEXT] [--limit N] [options]',
  options: {
    action: { type: 'string', value: 'ACTION', description: 'The beginning of the action: token, container.' },
    actor: { type: 'string', value: 'NAME', description: 'The name of a person or token, or a Slack user’s id.' },
    target: { type: 'string', value: 'TEXT', description: 'A part of the target.' },
    limit: { type: 'string', value: 'N', description: `1 to ${mostListed}. Default: 50.` },
    ...connectionOptions,
  },
  words: [0, 0],
  async run({ values, io }) {
    const { action, actor, target, limit = '50' } = values;
    if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > mostListed) {
      throw new UsageError(`--limit "${limit}" is no number from 1 to ${mostListed}`);
    }
    const query = new URLSearchParams({ limit });
    for (const [name, value] of Object.entries({ action, actor, target }))
      if (value !== undefined) query.set(name, value);
    const { entries } = await connect(values, io).call<Answer<'/ultronex/audit', 'get'>>('GET', `/audit?${query}`);
    for (const entry of entries) {
      const who = entry.actor.name === '' ? entry.actor.kind : entry.actor.name;
      const what = [entry.at, who, entry.source, entry.action, entry.target, entry.outcome];
      io.out([...what, ...(entry.detail === '' ? [] : [entry.detail])].join('  '));
    }
    if (entries.length === 0) io.err('There is no such entry.');
    return exit.ok;
  },
});
