import { existsSync } from 'node:fs';
import { loadConfig } from '../../app/index.ts';
import { auditKeptMs } from '../../domain/audit.ts';
import { systemClock } from '../../domain/clock.ts';
import { remedyForDamage } from '../../stores/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { inspectDatabaseFile } from '../database-file.ts';
import { compareStores, type TableComparison } from '../store-comparison.ts';
import { storeOf } from '../store-place.ts';

export const storeCompare = defineCommand({
  name: 'store compare',
  summary:
    'Compare a backup with the store: counts and newest entries. Reads both, the store also in PostgreSQL, and changes nothing; safe while the program runs. Exit code 1 when the backup lacks something.',
  usage: '<file>',
  options: {},
  words: [1, 1],
  async run({ words: [file = ''], io }) {
    const config = loadConfig(io.env);
    const { LEDGER_DAYS, ...others } = config;
    const store = storeOf(config);
    if (store.kind === 'sqlite') {
      if (!existsSync(store.file)) throw new CommandFailed(`There is no ${store.file}; is DATA_DIR right?`);
      inspectDatabaseFile(store.file, `${remedyForDamage}.`);
    }
    inspectDatabaseFile(file);
    const now = systemClock.now();
    const daysAgo = (days: unknown) => now - Number(days) * 86_400_000;
    // The module for jobs keeps them for its own time.
    const { JOB_DAYS } = others as Readonly<Record<string, unknown>>;
    const keptSince = { messages: daysAgo(LEDGER_DAYS), jobs: daysAgo(JOB_DAYS), others: now - auditKeptMs };
    const tables = await compareStores({ backup: file, live: store, keptSince });
    io.out([line(['', 'in the backup', 'in the store', '']), ...tables.map(tableLine)].join('\n'));
    const problems = tables.flatMap(({ problem }) => problem ?? []);
    if (problems.length === 0) {
      io.out('The backup has everything that the store had then.');
      return exit.ok;
    }
    for (const problem of problems) io.err(problem);
    return exit.failed;
  },
});

const tableLine = ({ name, backup, live, newest }: TableComparison): string =>
  line([name, String(backup), String(live), newest ?? '']);

const line = ([name = '', backup = '', live = '', newest = '']: string[]) =>
  `${name.padEnd(18)}${backup.padStart(14)}${live.padStart(14)}  ${newest}`.trimEnd();
