import { existsSync, statSync } from 'node:fs';
import { loadConfig } from '../../app/index.ts';
import type { DatabaseAddress } from '../../lib/database-tls.ts';
import { copyBetween, remedyForDamage } from '../../stores/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { contentsOf } from '../copied-contents.ts';
import { inspectDatabaseFile } from '../database-file.ts';
import { type Contents, contentsText, copyStore } from '../store-copy.ts';
import { makeStoreFile, makeWhole, refusePath } from '../store-file.ts';
import { storeOf } from '../store-place.ts';

export const backup = defineCommand({
  name: 'backup',
  summary:
    'Write a checked copy of the store to a new file, a SQLite file also of a store in PostgreSQL. Safe while the program runs.',
  usage: '<file>',
  options: {},
  words: [1, 1],
  async run({ words: [file = ''], io }) {
    const store = storeOf(loadConfig(io.env));
    if (store.kind === 'sqlite' && !existsSync(store.file)) {
      throw new CommandFailed(`There is no ${store.file}; is DATA_DIR right?`);
    }
    refusePath(file);
    if (store.kind === 'sqlite') inspectDatabaseFile(store.file, `${remedyForDamage}.`);
    const contents = await makeWhole(file, (beside) =>
      store.kind === 'sqlite' ? copyStore(store.file, beside) : copyDatabase(store, beside),
    );
    io.out(`${file}: ${contentsText(contents)}, ${statSync(file).size} bytes, checked`);
    if (contents.unknown.length > 0) {
      io.err(`\`ultronex restore\` will refuse it, because it has ${contents.unknown.join(', ')}; drop that.`);
    }
    return exit.ok;
  },
});

/** Copies the store in PostgreSQL as it is at one moment, while programs write to it. */
async function copyDatabase(database: DatabaseAddress, file: string): Promise<Contents> {
  const { tables } = await makeStoreFile(file, (db) =>
    copyBetween({ from: { postgres: database, isLive: true }, to: { sqlite: { db, file } }, onTable() {} }),
  );
  return { ...contentsOf(tables), unknown: [] };
}
