import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import type { Block } from '../domain/delivery.ts';
import { UltronexError } from '../domain/errors.ts';
import type { PostChannel } from '../domain/naming.ts';
import { reachOf } from '../domain/plain-http.ts';
import type { Recording } from '../domain/team-event.ts';
import type { Installations } from '../ports/installations.ts';
import type { CommandReply } from '../ports/source.ts';
import type { Memory } from './followed-names.ts';

/** Milliseconds. Tests shorten them. */
export interface SlackTimings {
  /** One Web API call, and one download as a whole. */
  callMs: number;
  /** Sending the bytes of one file. */
  uploadMs: number;
  /** From asking for a socket to Slack's `hello`. */
  connectMs: number;
  /** `start` waits this long for the first contact before it goes on in the background. */
  startMs: number;
  /** `stop` takes no longer: a third for what is being worked on, a third for Slack to answer the close. */
  stopMs: number;
  /** How long a slash command may take before its answer goes through `response_url`; Slack gives up after 3 s. */
  commandMs: number;
  /** The same for events over HTTP: then 503, and Slack sends the event again. */
  eventMs: number;
  /** Wait before the second attempt to reach Slack; doubles up to `retryMaxMs`. */
  retryFirstMs: number;
  retryMaxMs: number;
  /** Wait after Slack refused a token: between this and twice this. */
  authRetryMs: number;
  /** Our pings go unanswered this long: the socket is given up. */
  pongMs: number;
  /** Slack's pings stop coming this long: the same. */
  pingMs: number;
  /** How long somebody waits for the answer to who they are. */
  askMs: number;
  /** How long the list of channels is good for. */
  directoryMs: number;
}

export const defaultTimings: SlackTimings = {
  callMs: 10_000,
  uploadMs: 30_000,
  connectMs: 15_000,
  startMs: 3_000,
  stopMs: 3_000,
  commandMs: 2_000,
  eventMs: 2_500,
  retryFirstMs: 500,
  retryMaxMs: 60_000,
  authRetryMs: 30_000,
  // The SDK's own 5 s cut healthy sockets when the event loop was busy (measured with 1,000 listeners).
  pongMs: 10_000,
  pingMs: 30_000,
  askMs: 1_500,
  directoryMs: 600_000,
};

export interface SlackOptions {
  /** `xoxb-…` */
  botToken: string;
  /** `xapp-…`: events over Socket Mode. */
  appToken?: string;
  /** Without an app token: events over HTTP, signed with this. With neither, messages are sent and none arrive. */
  signingSecret?: string;
  /** `https://slack.com/api/`, `https://slack-gov.com/api/` for GovSlack, or a stand-in. */
  apiUrl: string;
  /** Channels that are watched even when they are private: ids, names or `#names`. */
  channelNames?: readonly string[];
  /** Channels that settings name to post to; made or joined at the first start where the scopes allow. */
  postChannels?: readonly PostChannel[];
  /** Keeps the channel of each listed name across restarts. Absent: nothing is kept. */
  memory?: Memory;
  /** How the answer to a command is shown. */
  blocksOf(reply: CommandReply): Block[] | undefined;
  clock: Clock;
  log: Logger;
  /** The workspace that the bot token was of before the start; absent: not known. */
  homeTeam?: string;
  /** The workspaces that installed the bot besides; absent: none can. */
  installations?: Installations | null;
  /** Which events are recorded for programs outside; absent: none. */
  recording?: Recording | null;
  /** A user was changed: deactivated, or back. `team`: absent for the one of the bot token. */
  onUserChange?(user: string, deactivated: boolean, team?: string): void;
  /** An event told that the list of channels is outdated. `team` as above. */
  onChannelsChange?(team?: string): void;
  /** Every error of Slack's and every socket it closed, by a text from a bounded set: `Slack error : channel_not_found`. */
  onError(text: string, team?: string): void;
  timings?: Partial<SlackTimings>;
  /** For jitter. */
  random?: () => number;
}

/** The options with nothing left open. */
export type SlackSetup = Required<Pick<SlackOptions, 'blocksOf' | 'clock' | 'log' | 'onError' | 'random'>> & {
  /** The bot token as it is now. Null: it cannot be decrypted, so nothing is asked of Slack. */
  token(): string | null;
  appToken: string | null;
  signingSecret: string | null;
  apiUrl: URL;
  channelNames: readonly string[];
  postChannels: readonly PostChannel[];
  memory: Memory;
  recording: Recording | null;
  /** Slack refuses the token, with this error. Called each time. */
  onRefused(error: string): void;
  onUserChange(user: string, deactivated: boolean, team?: string): void;
  onChannelsChange(team?: string): void;
  timings: SlackTimings;
};

/** The Slack settings cannot work, whatever Slack answers. */
export class SlackMisconfigured extends UltronexError {
  override readonly code = 'ERR_SLACK_MISCONFIGURED';
}

/** @throws SlackMisconfigured naming the setting and the remedy, never its value. */
export function checkOptions(options: SlackOptions): SlackSetup {
  const { botToken, appToken, signingSecret } = options;
  // xoxe.xoxb-: a bot token of an app with token rotation, https://docs.slack.dev/authentication/tokens
  if (!/^(xoxe\.)?xoxb-[\x21-\x7e]+$/.test(botToken)) {
    throw new SlackMisconfigured(
      'The bot token must start with xoxb- and hold ASCII alone; copy it from "OAuth & Permissions" of the app.',
    );
  }
  if (appToken && !/^xapp-[\x21-\x7e]+$/.test(appToken)) {
    throw new SlackMisconfigured(
      'The app token must start with xapp-; make one under "Basic Information" with connections:write.',
    );
  }
  return {
    token: () => botToken,
    appToken: appToken || null,
    signingSecret: signingSecret || null,
    apiUrl: parseApiUrl(options.apiUrl),
    channelNames: options.channelNames ?? [],
    postChannels: options.postChannels ?? [],
    onUserChange: options.onUserChange ?? (() => {}),
    onChannelsChange: options.onChannelsChange ?? (() => {}),
    recording: options.recording ?? null,
    onRefused() {},
    memory: options.memory ?? { read: async () => null, write() {} },
    blocksOf: options.blocksOf,
    clock: options.clock,
    log: options.log,
    onError: options.onError,
    random: options.random ?? Math.random,
    timings: { ...defaultTimings, ...options.timings },
  };
}

function parseApiUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new SlackMisconfigured(`Slack's API address "${text}" is no URL; the usual one is https://slack.com/api/`);
  }
  if (reachOf(url) === 'elsewhere') {
    throw new SlackMisconfigured(
      `Slack's API address "${text}" is plain http, and the tokens go there; write https://`,
    );
  }
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url;
}
