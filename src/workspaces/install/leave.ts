import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { NotFound, UltronexError, WrongState } from '../../domain/errors.ts';
import type { Installation } from '../../domain/installation.ts';
import type { Tokens } from '../../domain/installation-tokens.ts';
import { NotOpened } from '../../domain/sealed.ts';
import { pause } from '../../lib/pause.ts';
import type { Removal } from '../../ports/installer.ts';
import type { WorkspaceStore } from '../../ports/workspace-store.ts';
import { isTokenGone, type SlackOAuth } from '../../slack/oauth.ts';
import type { Home } from './home.ts';

/** Slack's clock and ours may differ by this much, and Slack tells times in whole seconds. Milliseconds. */
const unsureMs = 60_000;
/** By then the other programs on the store know of a removal, and events of the workspace are handled. Milliseconds. */
const quietMs = 1_000;

/** Slack did not answer. Nothing was removed. */
class SlackUnanswered extends UltronexError {
  override readonly code = 'ERR_SLACK_UNANSWERED';
  override readonly status = 503;
  override readonly retryable = true;
}

interface Parts {
  store: Pick<WorkspaceStore, 'workspace' | 'removeWorkspace' | 'eraseTeam'>;
  oauth: Pick<SlackOAuth, 'whose' | 'uninstall'>;
  tokens: Pick<Tokens, 'bot'>;
  home(): Promise<Home | null>;
  clock: Pick<Clock, 'after'>;
  log: Logger;
}

/** Returns how installations end: `ended` by an event of Slack, `remove` by the operator. */
export function createLeave({ store, oauth, tokens, home, clock, log }: Parts) {
  /** Null: Slack did not answer, or the token cannot be opened. */
  async function works(row: Installation): Promise<boolean | null> {
    try {
      const owner = await oauth.whose(tokens.bot(row));
      if (owner.kind === 'ok') return true;
      return owner.kind === 'refused' && isTokenGone(owner.error) ? false : null;
    } catch (error) {
      if (error instanceof NotOpened) return null;
      throw error;
    }
  }

  /**
   * Whether the event is about this installation, and not about one before it. Tokens are also revoked while the app stays, for
   * example a former one after a rotation.
   */
  async function isAbout(row: Installation, reason: string, at: number): Promise<boolean> {
    const isRevocation = reason === 'tokens_revoked';
    const working = isRevocation || Math.abs(at - row.installedAt) < unsureMs ? await works(row) : null;
    if (working !== null) return !working;
    if (!isRevocation) return row.installedAt < at;
    throw new SlackUnanswered(`It is not known whether the token of ${row.team} still works. Nothing was removed.`);
  }

  async function uninstall(row: Installation): Promise<Pick<Removal, 'isRevoked' | 'why'>> {
    let token: string;
    try {
      token = tokens.bot(row);
    } catch (error) {
      if (!(error instanceof NotOpened)) throw error;
      return { isRevoked: false, why: error.message };
    }
    const answer = await oauth.uninstall(token);
    if (answer.kind === 'unanswered') {
      throw new SlackUnanswered(
        `Slack did not answer when the app was to be removed from ${row.team} (${answer.error}). Nothing was removed; try again.`,
      );
    }
    const isRevoked = answer.kind === 'ok' || isTokenGone(answer.error);
    return { isRevoked, why: isRevoked ? '' : `Slack refused to remove the app: ${answer.error}` };
  }

  /** Waits until no program on the store is at work for a team that was removed: what it wrote then would outlive the erase. */
  async function untilQuiet(team: string): Promise<void> {
    await pause(clock, quietMs);
    if ((await store.workspace(team)) === null) return;
    throw new WrongState(`${team} has installed the app again meanwhile. Nothing was erased.`);
  }

  return {
    async ended(team: string, reason: string, at: number): Promise<void> {
      const row = await store.workspace(team);
      if (row === null || !(await isAbout(row, reason, at))) return;
      if (await store.removeWorkspace(team, row.installedAt + 1)) {
        log.info({ team, reason }, 'a workspace removed the app');
      }
    },
    async remove(team: string, { erase }: { erase: boolean }): Promise<Removal> {
      if ((await home())?.team === team) {
        throw new WrongState(`${team} is the workspace of SLACK_BOT_TOKEN; it is not removed.`);
      }
      const row = await store.workspace(team);
      if (row === null && !erase) {
        throw new NotFound(`There is no workspace "${team}". GET /ultronex/workspaces lists them.`);
      }
      const revoked = row === null ? { isRevoked: true, why: '' } : await uninstall(row);
      if (row !== null) {
        await store.removeWorkspace(team, row.installedAt + 1);
        if (erase) await untilQuiet(team);
      }
      const rows = erase ? await store.eraseTeam(team) : 0;
      log.info({ team, rows, ...revoked }, 'a workspace was removed');
      return { wasInstalled: row !== null, ...revoked, rows };
    },
  };
}
