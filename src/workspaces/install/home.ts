import type { Logger } from 'pino';
import type { SlackOAuth } from '../../slack/oauth.ts';

/** The workspace of SLACK_BOT_TOKEN, and the app that this token is of. */
export interface Home {
  team: string;
  /** Null: Slack did not tell. */
  appId: string | null;
}

/** Returns a function that asks Slack until it has answered once. It resolves with null when Slack refuses the token or is away. */
export function createHome(
  oauth: Pick<SlackOAuth, 'whose' | 'appOf'>,
  botToken: string,
  log: Pick<Logger, 'warn'>,
): () => Promise<Home | null> {
  let known: Home | null = null;
  return async function home() {
    if (known !== null) return known;
    const owner = await oauth.whose(botToken);
    if (owner.kind !== 'ok') {
      log.warn({ error: owner.error }, 'Slack does not tell whose SLACK_BOT_TOKEN is');
      return null;
    }
    const app = owner.botId === null ? null : await oauth.appOf(botToken, owner.botId);
    const found = { team: owner.team, appId: app?.kind === 'ok' ? app.appId : null };
    if (found.appId !== null || app?.kind === 'refused') known = found;
    return found;
  };
}
