/** Fills a store with workspaces that installed the bot, T1 to Tn, and the patterns of one user of each. */
import { join } from 'node:path';
import { systemClock } from '../src/domain/clock.ts';
import { createTokens } from '../src/domain/installation-tokens.ts';
import type { Store } from '../src/ports/store.ts';
import { createPostgresStore, createSqliteStore } from '../src/stores/index.ts';

export const tokenKeys = `k1:${Buffer.alloc(32, 1).toString('base64')}`;
export const patternsEach = 5;
const atOnce = 20;

export interface Filled {
  teams: number;
  /** Whether each has its five patterns. */
  patterns: boolean;
  /** When all tokens expire, milliseconds since the epoch. Null: they do not. */
  expiresAt?: number | null;
}

export const openStore = (at: { dataDir: string } | { url: string }): Promise<Store> => {
  const options = { owner: 'bench', clock: systemClock, onError: console.error };
  return 'url' in at
    ? createPostgresStore({ ...options, url: at.url })
    : createSqliteStore({ ...options, file: join(at.dataDir, 'ultronex.db') });
};

export async function fill(store: Store, { teams, patterns, expiresAt = null }: Filled): Promise<void> {
  const tokens = createTokens(tokenKeys);
  const ids = Array.from({ length: teams }, (_, n) => `T${n + 1}`);
  for (let at = 0; at < ids.length; at += atOnce) {
    await Promise.all(ids.slice(at, at + atOnce).map((team) => install(store, tokens, team, expiresAt)));
    if (patterns) await Promise.all(ids.slice(at, at + atOnce).map((team) => subscribe(store, team)));
  }
}

async function install(store: Store, tokens: ReturnType<typeof createTokens>, team: string, expiresAt: number | null) {
  const refreshToken = expiresAt === null ? null : `xoxe-${team}-0`;
  await store.saveWorkspace({
    ...{ team, name: `Team ${team}`, enterprise: null, isOrg: false, botUser: 'UBOT', botId: 'BBOT' },
    ...{ url: `https://${team.toLowerCase()}.slack.com/`, scopes: ['chat:write', 'channels:history', 'users:read'] },
    ...{
      origin: 'install' as const,
      namespace: '',
      installedBy: 'U1',
      installedAt: 1_000,
      tokenExpiresAt: expiresAt,
      trouble: null,
    },
    ...tokens.seal(team, { botToken: `xoxb-${team}-0`, refreshToken }),
  });
}

async function subscribe(store: Store, team: string): Promise<void> {
  await store.accept({
    changes: Array.from({ length: patternsEach }, (_, k) => ({
      type: 'subscribe' as const,
      subscription: {
        ...{ id: `s-${team}-${k}`, team, user: 'U2', channel: null, createdAt: Date.now() },
        pattern: `${team.toLowerCase()}db${k} is (full|slow)`,
      },
    })),
  });
}
