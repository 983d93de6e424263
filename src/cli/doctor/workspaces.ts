import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../app/index.ts';
import { systemClock } from '../../domain/clock.ts';
import { createTokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import { errorMessage } from '../../lib/error-message.ts';
import { createPostgresStore, createSqliteStore } from '../../stores/index.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('workspaces');
/** Installations that are read at a time. */
const pageSize = 500;

type WorkspaceSettings = Pick<Settings, 'TOKEN_KEYS' | 'RELAX_BOTS_KEY' | 'DATABASE_URL' | 'DATA_DIR'>;

/** Checks that TOKEN_KEYS opens the tokens of every workspace in the store. */
export async function checkWorkspaces(config: WorkspaceSettings): Promise<Finding[]> {
  if (config.TOKEN_KEYS === undefined) {
    const text = 'the bots of RELAX_BOTS_KEY are not served: set TOKEN_KEYS, with which their tokens are kept';
    return config.RELAX_BOTS_KEY === undefined ? [] : [find('warn', text)];
  }
  try {
    return await look(config);
  } catch (error) {
    return [find('fail', `the workspaces cannot be read: ${errorMessage(error)}`)];
  }
}

async function look({ TOKEN_KEYS = '', DATABASE_URL, DATA_DIR }: WorkspaceSettings): Promise<Finding[]> {
  const file = join(DATA_DIR, 'ultronex.db');
  if (DATABASE_URL === undefined && !existsSync(file)) return [find('ok', 'none is installed yet')];
  const tokens = createTokens(TOKEN_KEYS);
  const options = { owner: `doctor-${process.pid}`, clock: systemClock, onError() {} };
  const store =
    DATABASE_URL === undefined
      ? await createSqliteStore({ ...options, file })
      : await createPostgresStore({ ...options, url: DATABASE_URL });
  let [all, older, unopened, troubled] = [0, 0, 0, 0];
  let why = '';
  try {
    for (let cursor: string | null = null, isLast = false; !isLast; ) {
      const { items, next } = await store.workspaces(cursor, pageSize);
      for (const row of items) {
        all += 1;
        if (row.trouble !== null) troubled += 1;
        if (!tokens.isNewest(row)) older += 1;
        try {
          tokens.open(row);
        } catch (error) {
          if (!(error instanceof NotOpened)) throw error;
          unopened += 1;
          why = error.message;
        }
      }
      cursor = next;
      isLast = next === null;
    }
  } finally {
    await store.close();
  }
  const opened = `${all} installed, the tokens of ${all - unopened} open with TOKEN_KEYS`;
  return [
    unopened === 0 ? find('ok', opened) : find('fail', `${opened}. ${why}`),
    ...(older > unopened
      ? [find('warn', `the tokens of ${older} need an older key; run ultronex workspaces rekey`)]
      : []),
    ...(troubled > 0 ? [find('warn', `${troubled} with trouble; ultronex workspaces list shows it`)] : []),
  ];
}
