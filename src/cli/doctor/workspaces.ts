import type { Settings } from '../../app/index.ts';
import { createTokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import { errorMessage } from '../../lib/error-message.ts';
import { type Finding, finder } from './finding.ts';
import { neededScopes } from './needed-scopes.ts';
import { openExisting } from './open-store.ts';

const find = finder('workspaces');
/** Installations that are read at a time. */
const pageSize = 500;

/** Checks that TOKEN_KEYS opens the tokens of every workspace in the store. */
export async function checkWorkspaces(config: Settings): Promise<Finding[]> {
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

async function look(config: Settings): Promise<Finding[]> {
  const needed = neededScopes(config);
  const tokens = createTokens(config.TOKEN_KEYS ?? '');
  const store = await openExisting(config);
  if (store === null) return [find('ok', 'there is no store of this version yet')];
  let [all, older, unopened, troubled, lacking] = [0, 0, 0, 0, 0];
  const lacked = new Set<string>();
  let why = '';
  try {
    for (let cursor: string | null = null, isLast = false; !isLast; ) {
      const { items, next } = await store.workspaces(cursor, pageSize);
      for (const row of items) {
        all += 1;
        if (row.trouble !== null) troubled += 1;
        const missing = needed.filter((scope) => !row.scopes.includes(scope));
        if (missing.length > 0) lacking += 1;
        for (const scope of missing) lacked.add(scope);
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
  if (all === 0) return [find('ok', 'no other workspace has the bot')];
  const opened = `${all} installed, the tokens of ${all - unopened} open with TOKEN_KEYS`;
  return [
    unopened === 0 ? find('ok', opened) : find('fail', `${opened}. ${why}`),
    ...(older > unopened
      ? [find('warn', `the tokens of ${older} need an older key; run ultronex workspaces rekey`)]
      : []),
    ...(troubled > 0
      ? [
          find(
            'warn',
            `Slack refuses the token of ${troubled}; ultronex workspaces list shows why. Install the app there again`,
          ),
        ]
      : []),
    ...(lacking > 0
      ? [
          find(
            'warn',
            `${lacking} ${lacking === 1 ? 'lacks' : 'lack'} scopes (${[...lacked].sort().join(', ')}); install the app there again`,
          ),
        ]
      : []),
  ];
}
