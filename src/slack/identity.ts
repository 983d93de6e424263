import { deferred, pause } from '../lib/pause.ts';
import type { SlackApi } from './api.ts';
import type { SlackSetup } from './options.ts';
import type { Failure } from './outcomes.ts';
import { retryWaitMs } from './retry-wait.ts';
import type { SlackStatus } from './status.ts';

/** The owner of the bot token, from `auth.test`. */
export interface Identity {
  team: string;
  botUser: string;
  botId: string | null;
  /** `https://acme.slack.com/`, for permalinks. */
  url: string;
  /** The Enterprise organisation that the workspace is part of. */
  enterprise?: string;
  /** Present: the app is installed for the whole organisation, and `team` stands for all of its workspaces. */
  orgInstall?: true;
}

export interface IdentityWatch {
  current(): Identity | null;
  /** Asks until Slack answers, and again whenever the token is refused later. Ends with the signal. */
  run(signal: AbortSignal): Promise<void>;
  /** Resolves with the first answer, which may never come. */
  known: Promise<Identity>;
  /** Resolves after the first attempt, successful or not. */
  tried: Promise<void>;
}

type Parts = Pick<SlackSetup, 'clock' | 'random' | 'timings'>;

export function createIdentity(api: SlackApi, status: SlackStatus, parts: Parts): IdentityWatch {
  let identity: Identity | null = null;
  const known = deferred<Identity>();
  const tried = deferred<void>();
  return { current: () => identity, known: known.promise, tried: tried.promise, run };

  async function run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      const failure = await ask();
      tried.resolve();
      if (failure === null) {
        failures = 0;
        await tokenLost(signal);
        continue;
      }
      failures += 1;
      status.trouble(failure.error);
      await pause(parts.clock, retryWaitMs(failure, failures, parts), signal);
    }
  }

  async function ask(): Promise<Failure | null> {
    const answer = await api.call('auth.test', {});
    if (!answer.ok) return answer.failure;
    const { body } = answer;
    const found = readIdentity(body);
    if (!found) return { kind: 'refused', error: 'no team or user in the answer' };
    identity = found;
    status.trouble(null);
    status.identified(`@${text(body.user) ?? found.botUser} in ${text(body.team) ?? found.team}`);
    known.resolve(found);
    return null;
  }

  /** Resolves when the token is refused, or at the end. */
  function tokenLost(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (status.authRefused() || signal.aborted) return resolve();
      const done = () => {
        status.onAuthLost = null;
        signal.removeEventListener('abort', done);
        resolve();
      };
      status.onAuthLost = done;
      signal.addEventListener('abort', done);
    });
  }
}

function readIdentity(body: Record<string, unknown>): Identity | null {
  const team = text(body.team_id);
  const botUser = text(body.user_id);
  if (!team || !botUser) return null;
  const url = text(body.url);
  const enterprise = text(body.enterprise_id);
  return {
    team,
    botUser,
    botId: text(body.bot_id),
    url: url && URL.canParse(url) ? new URL(url).href : 'https://slack.com/',
    ...(enterprise && { enterprise }),
    ...(body.is_enterprise_install === true && { orgInstall: true }),
  };
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
