import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Installation } from '../../domain/installation.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import type { BotFault, UnservedBot } from '../../domain/unserved-bot.ts';
import { cleanText } from '../../lib/clean-line.ts';
import type { BotRegistry, GivenBot, Registration } from '../../ports/bot-registry.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import { isBotToken, type SlackOAuth, type TokenOwner } from '../../slack/oauth.ts';
import { mostScopes } from './arrive.ts';
import type { Home } from './home.ts';

interface Parts {
  store: Pick<WorkspaceStore, 'workspace' | 'workspaces' | 'saveWorkspace' | 'removeWorkspace'>;
  oauth: Pick<SlackOAuth, 'whose' | 'appOf'>;
  tokens: Pick<Tokens, 'seal' | 'open'>;
  home(): Promise<Home | null>;
  /** Reads an installation again if it is in memory: another program may have written it, of which SQLite does not tell. */
  changed(team: string): Promise<void>;
  clock: Pick<Clock, 'now'>;
  log: Logger;
}

type Unserved = Extract<Registration, { kind: 'unserved' }>;

/** Installations that are read at a time. */
const pageSize = 500;

/** Bots that are registered by their token alone. Every program on the store may do the same at once: it is done once, or equally. */
export function createRegistry({ store, oauth, tokens, home, changed, clock, log }: Parts): BotRegistry {
  let unserved: readonly UnservedBot[] = [];

  /** Whether nothing is to be done: the stored token is this one and works, or the workspace installed the app. */
  function isServed(row: Installation | null, bot: GivenBot): boolean {
    if (row === null) return false;
    if (row.origin === 'install') return true;
    return row.namespace === bot.namespace && row.trouble === null && hasToken(row, bot.token);
  }

  function hasToken(row: Installation, token: string): boolean {
    try {
      return tokens.open(row).botToken === token;
    } catch (error) {
      // Sealed with a key that is gone: the token is here again.
      if (error instanceof NotOpened) return false;
      throw error;
    }
  }

  /** Whose token it is, or why it cannot be used. */
  async function ownerOf({ team, token }: GivenBot, own: Home): Promise<TokenOwner | Unserved> {
    const owner = await oauth.whose(token);
    if (owner.kind !== 'ok') {
      return owner.kind === 'refused'
        ? not(
            'token',
            `Slack refuses its token: ${owner.error}. Write one that works into the hash, or delete the field`,
          )
        : later(`Slack did not answer (${owner.error})`);
    }
    if (owner.team !== team) {
      return not('team', `its token is of the workspace ${owner.team}, not ${team}. Write the token of ${team}`);
    }
    if (owner.botId === null)
      return not('token', 'its token is not that of a bot. Write the one that begins with xoxb-');
    if (own.appId === null) return owner;
    const app = await oauth.appOf(token, owner.botId);
    if (app.kind === 'unanswered') return later(`Slack did not answer (${app.error})`);
    // Without the scope users:read Slack does not tell.
    if (app.kind === 'ok' && app.appId !== own.appId) {
      const why = `its token is of the Slack app ${app.appId}, and that of SLACK_BOT_TOKEN is ${own.appId}`;
      return not('app', `${why}: no event would arrive. Install ${own.appId} in ${team} and write that token`);
    }
    return owner;
  }

  return {
    async register(bot, isCurrent) {
      const { team, token, namespace } = bot;
      if (!isBotToken(token)) {
        return not('token', 'its token is not that of a bot. Write the one that begins with xoxb-');
      }
      const stored = await store.workspace(team);
      if (isServed(stored, bot)) {
        await changed(team);
        return { kind: stored?.origin === 'install' && !hasToken(stored, token) ? 'installed' : 'served' };
      }
      const own = await home();
      if (own === null) return later('Slack does not tell yet whose SLACK_BOT_TOKEN is');
      if (own.team === team) return { kind: 'served' };
      const owner = await ownerOf(bot, own);
      if ('fault' in owner) return owner;
      const row = await store.workspace(team);
      if (isServed(row, bot) || !(await isCurrent())) {
        await changed(team);
        return { kind: 'served' };
      }
      const { name, enterprise, isOrg, botUser, botId, url, scopes } = owner;
      await store.saveWorkspace({
        ...{ team, name: cleanText(name), enterprise, isOrg, botUser, botId, url, scopes: scopes.slice(0, mostScopes) },
        ...{ origin: 'hash', namespace, installedBy: '' },
        // Later than the one before, also when the clock went back: by this programs see that it is another one.
        installedAt: Math.max(clock.now(), (row?.installedAt ?? 0) + 1),
        ...{ ...tokens.seal(team, { botToken: token, refreshToken: null }), tokenExpiresAt: null, trouble: null },
      });
      log.info({ team, namespace, isOrg }, 'a bot was registered');
      return { kind: row === null ? 'registered' : 'replaced' };
    },
    async unregister(team, namespace) {
      const row = await store.workspace(team);
      if (row?.origin === 'install') return 'installed';
      if (row?.namespace === namespace && (await store.removeWorkspace(team, row.installedAt + 1))) {
        log.info({ team, namespace }, 'a registered bot was removed');
        return 'removed';
      }
      // Another program may have removed it, or registered another one.
      await changed(team);
      return 'absent';
    },
    async registeredAs(team) {
      const row = await store.workspace(team);
      return row?.origin === 'hash' ? row.namespace : null;
    },
    async *registered() {
      for (let after: string | null = null, isLast = false; !isLast; ) {
        const { items, next }: Awaited<ReturnType<typeof store.workspaces>> = await store.workspaces(after, pageSize);
        for (const { team, namespace, origin } of items) if (origin === 'hash') yield { team, namespace };
        after = next;
        isLast = next === null;
      }
    },
    tellUnserved(bots) {
      unserved = bots;
    },
    unserved: () => unserved,
  };
}

const not = (fault: BotFault, problem: string): Unserved => ({ kind: 'unserved', fault, problem });
const later = (problem: string): Unserved => not('slack', `${problem}. It is tried again`);
