import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadConfig } from '../../app/index.ts';
import { giveNewName, syncFolder } from '../../files/write.ts';
import { errorCode } from '../../lib/error-code.ts';
import { remedyForDamage } from '../../stores/index.ts';
import { CommandFailed, defineCommand, exit } from '../command.ts';
import { inspectDatabaseFile } from '../database-file.ts';
import { copyStore, describe, removeStore } from '../store-copy.ts';

export const backup = defineCommand({
  name: 'backup',
  summary: 'Write a checked copy of the store to a new file. Safe while the program runs.',
  usage: '<file>',
  options: {},
  words: [1, 1],
  async run({ words: [file = ''], io }) {
    const store = join(loadConfig(io.env).DATA_DIR, 'ultronex.db');
    if (!existsSync(store)) throw new CommandFailed(`There is no ${store}; is DATA_DIR right?`);
    if (existsSync(file)) throw alreadyThere(file);
    if (!existsSync(dirname(file))) throw new CommandFailed(`There is no folder ${dirname(file)}; make it first.`);
    inspectDatabaseFile(store, `${remedyForDamage}.`);
    // Under another name until it is whole and checked: what is named FILE can be restored.
    const beside = `${file}.${process.pid}.partial`;
    try {
      const contents = await copyStore(store, beside);
      // Unlike a rename it fails when somebody else was faster.
      giveNewName(beside, file);
      syncFolder(dirname(file));
      io.out(`${file}: ${describe(contents)}, ${statSync(file).size} bytes, checked`);
      if (contents.unknown.length > 0) {
        io.err(`\`ultronex restore\` will refuse it, because it has ${contents.unknown.join(', ')}; drop that.`);
      }
      return exit.ok;
    } catch (error) {
      throw errorCode(error) === 'EEXIST' ? alreadyThere(file) : error;
    } finally {
      removeStore(beside);
    }
  },
});

function alreadyThere(file: string): CommandFailed {
  return new CommandFailed(`${file} is there already; nothing is overwritten. Give another name.`);
}
