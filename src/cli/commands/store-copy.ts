import { dirname } from 'node:path';
import { loadConfig } from '../../app/index.ts';
import { authorityOf, makeDataFolder } from '../../config/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { type Copied, copyBetween, type TableCopy } from '../../stores/index.ts';
import { CommandFailed, defineCommand, exit, UsageError } from '../command.ts';
import { contentsOf } from '../copied-contents.ts';
import { contentsText } from '../store-copy.ts';
import { giveToFolder, makeStoreFile, makeWhole, readingStore, refusePath } from '../store-file.ts';
import { readStorePlace, type StorePlace, shownPlace, storeOf } from '../store-place.ts';

const storeForm = 'sqlite:FILE or postgres://user:password@host/database. Default: the store of the settings.';

export const storeCopy = defineCommand({
  name: 'store copy',
  summary:
    'Copy a whole store between SQLite and PostgreSQL, while no program runs, and compare every row. The target must be empty; the source is not changed.',
  usage: '[--from STORE] [--to STORE]',
  options: {
    from: { type: 'string', value: 'STORE', description: `The store that is read: ${storeForm}` },
    to: { type: 'string', value: 'STORE', description: 'The store that is written, in the same form.' },
  },
  words: [0, 0],
  async run({ values, io }) {
    if (values.from === undefined && values.to === undefined) {
      throw new UsageError('--from or --to is missing; the other one may be left out for the store of the settings');
    }
    const config = loadConfig(io.env);
    const ca = authorityOf(config);
    const from = values.from === undefined ? storeOf(config) : readStorePlace(values.from, '--from', ca);
    const to = values.to === undefined ? storeOf(config) : readStorePlace(values.to, '--to', ca);
    refusePair(from, to);
    if (to.kind === 'sqlite' && values.to === undefined) makeDataFolder(dirname(to.file));
    let head = [`From ${shownPlace(from)} to ${shownPlace(to)}`, header];
    const { tables } = await copy(from, to, { isNamed: values.from !== undefined }, (table) => {
      io.out([...head, tableLine(table)].join('\n'));
      head = [];
    });
    const replaced = tables.reduce((sum, table) => sum + table.replaced, 0);
    if (replaced > 0) {
      const texts = replaced === 1 ? '1 text' : `${replaced} texts`;
      io.out(`${texts} had the character U+0000, which PostgreSQL cannot store; U+FFFD is in its place.`);
    }
    io.out(`Copied: ${contentsText(contentsOf(tables))}. Every table is equal in both.`);
    return exit.ok;
  },
});

function refusePair(from: StorePlace, to: StorePlace): void {
  if (from.kind === 'sqlite' && to.kind === 'sqlite') {
    throw new UsageError(
      'both stores are SQLite files. Give one as postgres://host/database with user:password@ before the host, or set DATABASE_URL; a file is copied by `ultronex backup`',
    );
  }
  if (shownPlace(from) === shownPlace(to)) throw new CommandFailed(`${shownPlace(to)} is both source and target.`);
}

async function copy(
  from: StorePlace,
  to: StorePlace,
  source: { isNamed: boolean },
  onTable: (copy: TableCopy) => void,
): Promise<Copied> {
  const replacement = { which: 'never', renewed: [], now: systemClock.now() } as const;
  const write = (opened: Parameters<typeof copyBetween>[0]['from']): Promise<Copied> => {
    if (to.kind === 'postgres') return copyBetween({ from: opened, to: { postgres: to, replacement }, onTable });
    return makeWhole(to.file, async (beside) => {
      const copied = await makeStoreFile(beside, (db) =>
        copyBetween({ from: opened, to: { sqlite: { db, file: beside } }, onTable }),
      );
      giveToFolder(beside);
      return copied;
    });
  };
  if (to.kind === 'sqlite') refusePath(to.file);
  if (from.kind === 'postgres') return write({ postgres: from, isLive: false });
  return readingStore(from.file, (db) => write({ sqlite: { db, file: from.file } }), source);
}

const line = ([name = '', ...columns]: string[]): string =>
  [name.padEnd(18), ...columns.map((each, index) => each.padStart(index < 2 ? 11 : 16))].join('  ');

const header = line(['table', 'in source', 'in target', 'hash of source', 'hash of target']);

const tableLine = ({ name, source, target }: TableCopy): string =>
  line([name, String(source.rows), String(target.rows), source.hash, target.hash]);
