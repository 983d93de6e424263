import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { isStoreAway } from '../../domain/errors.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { cleanText } from '../../lib/clean-line.ts';
import type { Arrival } from '../../ports/installer.ts';
import type { StoreUpkeep } from '../../ports/store.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import type { Grant, SlackOAuth, TokenOwner } from '../../slack/oauth.ts';
import type { Home } from './home.ts';

interface Parts {
  store: Pick<WorkspaceStore & StoreUpkeep, 'check' | 'workspace' | 'saveWorkspace'>;
  oauth: Pick<SlackOAuth, 'exchange' | 'whose'>;
  tokens: Pick<Tokens, 'seal'>;
  home(): Promise<Home | null>;
  missingOf(scopes: readonly string[]): string[];
  clock: Pick<Clock, 'now'>;
  log: Logger;
}

/** More scopes than an app can ask for. */
export const mostScopes = 200;

/** Returns the function that turns Slack's code into an installation. A repeated one replaces the former. */
export function createArrive({ store, oauth, tokens, home, missingOf, clock, log }: Parts) {
  async function save(grant: Grant, owner: TokenOwner): Promise<Arrival> {
    const { team, name } = teamOf(grant);
    const isAgain = (await store.workspace(team)) !== null;
    const { enterprise, isOrg, botUser, installedBy, expiresInMs } = grant;
    const scopes = grant.scopes.slice(0, mostScopes);
    const installedAt = clock.now();
    await store.saveWorkspace({
      ...{ team, name, enterprise: enterprise?.id ?? null, isOrg, botUser, botId: owner.botId, url: owner.url },
      ...{ scopes, installedBy, installedAt, ...tokens.seal(team, grant) },
      ...{ origin: 'install', namespace: '' },
      ...{ tokenExpiresAt: expiresInMs === null ? null : installedAt + expiresInMs, trouble: null },
    });
    log.info({ team, isOrg, isAgain }, 'a workspace installed the app');
    return { kind: 'installed', team, name, isOrg, by: installedBy, isAgain, missingScopes: missingOf(scopes) };
  }

  return async function arrive(code: string): Promise<Arrival> {
    // Slack takes a code once, and adds the bot to the workspace with it.
    await store.check();
    const grant = await oauth.exchange(code);
    if (grant.kind !== 'ok') return grant;
    const { team, name } = teamOf(grant);
    const own = await home();
    if (own !== null && own.appId !== null && own.appId !== grant.appId) {
      log.error(
        { app: grant.appId, expected: own.appId },
        'SLACK_CLIENT_ID is of another Slack app than SLACK_BOT_TOKEN',
      );
      return { kind: 'other app' };
    }
    if (own?.team === team) return { kind: 'home', name };
    const owner = await oauth.whose(grant.botToken);
    if (owner.kind !== 'ok') return owner;
    try {
      return await save(grant, owner);
    } catch (error) {
      if (!isStoreAway(error)) throw error;
      return { kind: 'unsaved', error: error.message };
    }
  };
}

/** For the whole organisation `team` is null; its id then stands for all of its workspaces. */
function teamOf({ team, enterprise, isOrg }: Grant): { team: string; name: string } {
  const found = isOrg ? enterprise : team;
  return { team: found?.id ?? '', name: cleanText(found?.name ?? '') };
}
