import type { Spread } from './connections.ts';
import type { EditInput, Said, SayInput } from './conversation.ts';
import type { Delivery, SendEventOptions } from './events.ts';
import type { Faults } from './faults.ts';
import type { AppReply, ButtonInput, SlashInput } from './interactions.ts';
import type { Limits } from './limits.ts';
import type { OAuthApp, OAuthControl } from './oauth.ts';
import type { SocketsControl } from './sockets.ts';
import type { ViewInput } from './submissions.ts';
import type { TeamSeed } from './teams.ts';
import type { Targets } from './transport.ts';
import type {
  FakeAttempt,
  FakeCall,
  FakeFile,
  FakePost,
  FakeResponse,
  FakeTeam,
  FakeView,
  Json,
  TokenState,
} from './types.ts';

export interface FakeSlackOptions extends Targets {
  /** Default 0: any free one. */
  port?: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The base of URLs inside events, when the app reaches the fake under another address. */
  publicUrl?: string;
  /** Default: one team, T1. */
  teams?: TeamSeed[];
  signingSecret?: string;
  /** Default: any client id and secret is taken. */
  oauth?: OAuthApp;
  /** Default 3000, as Slack's. */
  ackTimeoutMs?: number;
  /** Default 0, one minute, five minutes, as Slack's. */
  retryDelaysMs?: number[];
  /** Default 'off'. */
  limits?: Limits;
  /** Whether what the bot posts comes back to it as events, as in Slack. Default true. */
  echo?: boolean;
  /** Which connection gets an envelope; a retry goes to another one. Default 'in-turn'. */
  spread?: Spread;
  /** Only about so many of the newest posts of a channel, of all posts, and of all calls and attempts are kept. Default: all. */
  keep?: number;
  /** Called with each post of the bot. */
  onBotPost?: (post: FakePost) => void;
  /** Serve /_ctl/. Default false. */
  control?: boolean;
  /** Default 10,000. */
  pingEveryMs?: number;
  now?: () => number;
  /** For faults with a probability, and for a random spread. */
  random?: () => number;
}

export interface FakeSlack {
  readonly url: string;
  /** For `clientOptions.slackApiUrl`; ends with a slash. */
  readonly apiUrl: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly teams: FakeTeam[];
  /** Every message, oldest first, deleted ones too; also those of people. */
  readonly posts: FakePost[];
  /** Those our bot wrote, without deleted ones. */
  readonly botPosts: FakePost[];
  readonly ephemerals: FakePost[];
  readonly files: FakeFile[];
  readonly calls: FakeCall[];
  readonly attempts: FakeAttempt[];
  readonly responses: FakeResponse[];
  /** Modals, the open ones and the closed ones. */
  readonly views: FakeView[];
  readonly faults: Faults;
  readonly sockets: SocketsControl;
  readonly oauth: OAuthControl;
  callsOf(method: string): FakeCall[];
  team(id?: string): FakeTeam;
  setTokenState(state: TokenState, team?: string): void;
  setAppTokenState(state: TokenState): void;
  /** Changes where HTTP deliveries go, say once the app has its port. */
  deliverTo(targets: Targets): void;
  /** Sends url_verification; true if the challenge came back. */
  verifyEventsUrl(): Promise<boolean>;

  /** Resolves with the first truthy answer; looked at after every change. Default 5000 ms. */
  until<T>(predicate: () => T, timeoutMs?: number, what?: string): Promise<NonNullable<T>>;
  /** Waits for at least `n` posts of the bot (that match) and resolves with all of them. */
  waitForPosts(n: number, timeoutMs?: number, matching?: (post: FakePost) => boolean): Promise<FakePost[]>;
  waitForSockets(n: number, timeoutMs?: number): Promise<void>;

  say(input: SayInput): Said;
  edit(input: EditInput): Omit<Said, 'files'>;
  erase(input: Omit<EditInput, 'text'>): Omit<Said, 'files'>;
  /** A person shares one text file: `say` with `files`. */
  uploadFile(input: SayInput & { name: string; content: string | Buffer }): Said;
  slashCommand(input?: SlashInput): Promise<AppReply>;
  pressButton(input: ButtonInput): Promise<AppReply>;
  /** A person sends a modal. Rejects for a required field that is empty, which Slack does not send. */
  submitView(input?: ViewInput): Promise<AppReply>;
  /** Any event; resolves when acked or given up. */
  sendEvent(event: Json, options?: SendEventOptions): Promise<Delivery>;

  stop(): Promise<void>;
}
