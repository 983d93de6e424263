import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Installation } from '../../domain/installation.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import { eachOf } from '../../lib/each-of.ts';
import type { RefreshOutcome } from '../../ports/installer.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import { type Granted, isTokenGone, type SlackOAuth } from '../../slack/oauth.ts';
import type { Alone } from './alone.ts';

/** A token is refreshed this long before it ends, and up to `spreadMs` earlier, so that not all are refreshed at once. Milliseconds. */
const aheadMs = 2 * 3_600_000;
const spreadMs = 20 * 60_000;
/** A token is not refreshed again within this time, however soon it ends; nor one that could not be refreshed. Milliseconds. */
const againMs = 300_000;
/** Installations that one round looks at. */
const mostInRound = 2_000;
/** Refreshes at a time. */
const atOnce = 4;
/** A round ends after this many failures in a row: Slack is away. */
const mostFailures = 5;

export interface Rotation {
  /** Refreshes what ends soon. @throws StoreUnavailable */
  round(): Promise<void>;
  /** Refreshes the token of a team, which Slack refuses as ended. Never rejects. */
  ended(team: string): Promise<void>;
  /** Starts no further refresh, and resolves when none is under way. */
  stop(): Promise<void>;
}

interface Parts {
  store: Pick<WorkspaceStore, 'workspace' | 'expiringWorkspaces' | 'changeWorkspace'>;
  oauth: Pick<SlackOAuth, 'refresh'>;
  tokens: Tokens;
  alone: Alone;
  clock: Pick<Clock, 'now'>;
  log: Logger;
  told(outcome: RefreshOutcome): void;
}

interface Renewed {
  row: Installation;
  granted: Granted;
  tokenExpiresAt: number | null;
}

/** Refreshes bot tokens that end. A refresh token works once, so one program at a time uses that of a team. */
export function createRotation({ store, oauth, tokens, alone, clock, log, told }: Parts): Rotation {
  /** When a team may be tried again. Rounds drop what is past. */
  const notBefore = new Map<string, number>();
  /** Tokens that the store could not take. The next round tries again: the ones before them work no more. */
  const unsaved = new Map<string, Renewed>();
  const underWay = new Set<Promise<unknown>>();
  let isStopping = false;

  const isDue = ({ team, tokenExpiresAt }: Installation, now: number) =>
    tokenExpiresAt !== null && tokenExpiresAt - aheadMs - spreadOf(team) <= now;
  const mayTry = (team: string, now: number) => (notBefore.get(team) ?? 0) <= now;

  async function save(renewed: Renewed): Promise<'done'> {
    const { row, granted, tokenExpiresAt } = renewed;
    const { team, installedAt } = row;
    unsaved.set(team, renewed);
    await store.changeWorkspace(team, installedAt, { ...tokens.seal(team, granted), tokenExpiresAt, trouble: null });
    unsaved.delete(team);
    return 'done';
  }

  async function failed(row: Installation, error: string): Promise<RefreshOutcome> {
    const { team, installedAt, tokenExpiresAt, trouble } = row;
    log.warn({ team, error }, 'a token was not refreshed; it is tried again');
    const isOver = tokenExpiresAt !== null && tokenExpiresAt <= clock.now();
    if (isOver && trouble === null)
      await store.changeWorkspace(team, installedAt, { trouble: `token_expired: ${error}` });
    return 'failed';
  }

  /** The refresh token is of no use: only a new installation helps. */
  async function refused(row: Installation, error: string): Promise<RefreshOutcome> {
    const { team, installedAt, refreshToken } = row;
    // Another program, whose lease ended too early, may have used it and stored the next one.
    if ((await store.workspace(team))?.refreshToken !== refreshToken) return 'failed';
    log.error({ team, error }, 'Slack refuses to refresh a token; the workspace has to install the app again');
    await store.changeWorkspace(team, installedAt, { refreshToken: null, trouble: error });
    return 'refused';
  }

  async function refreshIt(team: string, now: number): Promise<RefreshOutcome | null> {
    const renewed = unsaved.get(team);
    if (renewed !== undefined) return save(renewed);
    const row = await store.workspace(team);
    if (row === null || row.refreshToken === null || !isDue(row, now)) return null;
    let refreshToken: string | null;
    try {
      ({ refreshToken } = tokens.open(row));
    } catch (error) {
      // Told once for all, by the health of the module.
      if (error instanceof NotOpened) return 'unopened';
      throw error;
    }
    const answer = await oauth.refresh(refreshToken ?? '');
    if (answer.kind === 'ok') {
      const tokenExpiresAt = answer.expiresInMs === null ? null : clock.now() + answer.expiresInMs;
      return save({ row, granted: answer, tokenExpiresAt });
    }
    return answer.kind === 'refused' && isTokenGone(answer.error)
      ? refused(row, answer.error)
      : failed(row, answer.error);
  }

  async function refresh(team: string): Promise<RefreshOutcome | null> {
    if (isStopping) return null;
    const now = clock.now();
    notBefore.set(team, now + againMs);
    const run = alone(team, () => refreshIt(team, now)).catch((error): RefreshOutcome => {
      log.error({ err: error, team }, 'a token was not refreshed');
      return 'failed';
    });
    underWay.add(run);
    const outcome = await run.finally(() => underWay.delete(run));
    if (outcome !== null) told(outcome);
    return outcome;
  }

  return {
    async round() {
      const now = clock.now();
      for (const [team, at] of notBefore) if (at <= now) notBefore.delete(team);
      for (const each of [...unsaved.values()]) await alone(each.row.team, () => save(each));
      const rows = await store.expiringWorkspaces(now + aheadMs + spreadMs, mostInRound);
      let failures = 0;
      await eachOf(
        rows.filter((row) => isDue(row, now) && mayTry(row.team, now)),
        atOnce,
        async ({ team }) => {
          if (failures >= mostFailures) return;
          failures = (await refresh(team)) === 'failed' ? failures + 1 : 0;
        },
      );
    },
    async ended(team) {
      if (mayTry(team, clock.now())) await refresh(team);
    },
    async stop() {
      isStopping = true;
      await Promise.all(underWay);
      for (const each of [...unsaved.values()]) await save(each).catch(() => {});
    },
  };
}

/** Returns the same part of `spreadMs` for a team in every program. */
function spreadOf(team: string): number {
  return (createHash('sha256').update(team).digest().readUInt32BE() / 2 ** 32) * spreadMs;
}
