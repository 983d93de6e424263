import type { Logger } from 'pino';
import type { CoreSettings } from '../../config/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Installation } from '../../domain/installation.ts';
import { createTokens } from '../../domain/installation-tokens.ts';
import { type UnservedBot, unservedText } from '../../domain/unserved-bot.ts';
import type { LeaseStore } from '../../ports/incident-store.ts';
import type { InstalledView, Installer, RefreshOutcome } from '../../ports/installer.ts';
import type { PartHealth } from '../../ports/source.ts';
import type { StoreUpkeep } from '../../ports/store.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import { neededScopes } from '../../slack/index.ts';
import { createOAuth } from '../../slack/oauth.ts';
import { createAlone } from './alone.ts';
import { createArrive } from './arrive.ts';
import { createHome } from './home.ts';
import { createInstalledCache } from './installed.ts';
import { createLeave } from './leave.ts';
import { createRegistry } from './register.ts';
import { createRekey } from './rekey.ts';
import { createRotation } from './rotation.ts';
import { createUnopened, opens } from './unopened.ts';

/** A call of Slack's may take this long. Milliseconds. */
const callMs = 8_000;
/** Trouble of an installation is written at most this often. Milliseconds. */
const troubleEveryMs = 10_000;
/** Teams whose trouble was written lately. */
const mostTroubled = 2_000;

export interface InstallerParts {
  config: CoreSettings;
  store: WorkspaceStore & LeaseStore & Pick<StoreUpkeep, 'check'>;
  clock: Clock;
  log: Logger;
  /** Whether events are recorded for programs outside, which needs more scopes. */
  records: boolean;
}

/** The installations of the app in other workspaces. `config` has TOKEN_KEYS, and all that SLACK_CLIENT_ID needs if it has that. */
export function createInstaller({ config, store, clock, log, records }: InstallerParts): Installer {
  // The optional ones are for ALERT_CHANNEL, which is in the workspace of SLACK_BOT_TOKEN.
  const scopes = neededScopes(records);
  const needed = scopes.map(({ scope }) => scope);
  const missingOf = (granted: readonly string[]) => needed.filter((scope) => !granted.includes(scope));
  const tokens = createTokens(config.TOKEN_KEYS ?? '');
  const oauth = createOAuth({
    ...{ apiUrl: config.SLACK_API_URL, callMs, scopes: needed },
    clientId: config.SLACK_CLIENT_ID ?? '',
    clientSecret: config.SLACK_CLIENT_SECRET ?? '',
    redirectUrl: `${config.PUBLIC_URL}/slack/oauth_redirect`,
  });
  const shared = { store, oauth, tokens, clock, log, missingOf, alone: createAlone(store, clock) };
  const home = createHome(oauth, config.SLACK_BOT_TOKEN ?? '', log);
  const cache = createInstalledCache(shared);
  const onRefresh: ((outcome: RefreshOutcome) => void)[] = [];
  const rotation = createRotation({
    ...shared,
    told(outcome) {
      for (const tell of onRefresh) tell(outcome);
    },
  });
  const leave = createLeave({ ...shared, home });
  const rekey = createRekey(shared);
  const unopened = createUnopened(shared);
  async function changed(team: string): Promise<void> {
    await Promise.all([cache.changed(team), unopened.changed(team)]);
  }
  const registry = createRegistry({ ...shared, home, changed });
  const onChange: ((team: string) => void)[] = [];
  let counted: { all: number; troubled: number } | null = null;
  const counts = () => {
    const count = unopened.count();
    return counted === null || count === null ? null : { ...counted, unopened: count };
  };

  store.onWorkspace(async (team) => {
    await changed(team);
    for (const tell of onChange) tell(team);
  });

  const troubleAt = new Map<string, number>();
  async function noteTrouble(team: string, installedAt: number, error: string | null): Promise<void> {
    const now = clock.monotonic();
    if (now - (troubleAt.get(team) ?? Number.NEGATIVE_INFINITY) < troubleEveryMs) return;
    troubleAt.delete(team);
    troubleAt.set(team, now);
    const [oldest] = troubleAt.keys();
    if (troubleAt.size > mostTroubled && oldest !== undefined) troubleAt.delete(oldest);
    await store.changeWorkspace(team, installedAt, { trouble: error });
  }

  return {
    ...registry,
    scopes,
    authorizeUrl: oauth.authorizeUrl,
    arrive: createArrive({ ...shared, home }),
    find: cache.find,
    refused({ team, installedAt }, error) {
      if (error === 'token_expired') void rotation.ended(team);
      const known = cache.troubleOf(team);
      if (known === error || (error === null && !isRefusal(known))) return;
      void noteTrouble(team, installedAt, error).catch((err) => log.warn({ err, team }, 'trouble was not written'));
    },
    ended: leave.ended,
    remove: leave.remove,
    onChange: (listener) => void onChange.push(listener),
    onRefresh: (listener) => void onRefresh.push(listener),
    async list(cursor, limit) {
      const { items, next } = await store.workspaces(cursor, limit);
      const total = await store.countWorkspaces();
      return { items: items.map((row) => view(row, missingOf, opens(tokens, row))), next, total };
    },
    async rekey(after) {
      const done = await rekey(after);
      if (done.next === null) unopened.lookAgain();
      return done;
    },
    async upkeep() {
      await rotation.round();
      await unopened.look();
      const [all, troubled] = await Promise.all([store.countWorkspaces(), store.countTroubledWorkspaces()]);
      counted = { all, troubled };
    },
    counts,
    health() {
      return healthOf(counts(), registry.unserved());
    },
    stop: rotation.stop,
  };
}

function healthOf(counted: ReturnType<Installer['counts']>, unserved: readonly UnservedBot[]): PartHealth {
  const wrong = unserved.length === 0 ? [] : [unservedText(unserved)];
  if (counted === null)
    return { state: wrong.length === 0 ? 'ok' : 'degraded', detail: ['not counted yet', ...wrong].join('; ') };
  const { all, troubled, unopened } = counted;
  if (unopened > 0) wrong.unshift(`the tokens of ${unopened} do not open: TOKEN_KEYS lacks their key`);
  const trouble = troubled === 0 ? '' : `, ${troubled} with trouble`;
  return {
    state: wrong.length === 0 ? 'ok' : 'degraded',
    detail: [`${all} installed${trouble}`, ...wrong].join('; '),
  };
}

/** A token that works still has trouble when it cannot be refreshed. */
const isRefusal = (trouble: string | null | undefined): boolean =>
  typeof trouble === 'string' && trouble !== 'invalid_refresh_token' && !trouble.startsWith('token_expired: ');

function view(row: Installation, missingOf: (granted: readonly string[]) => string[], isOpen: boolean): InstalledView {
  const { botToken, refreshToken, scopes, ...rest } = row;
  const key = botToken.slice(0, botToken.indexOf('.'));
  // Told before Slack's word: without the key nothing else can be mended.
  const trouble = isOpen ? row.trouble : 'key_missing';
  return { ...rest, trouble, missingScopes: missingOf(scopes), rotates: refreshToken !== null, key };
}
