/** The nouns of the fake workspace. Field names follow Slack's JSON where a test would compare them. */

export type Json = Record<string, unknown>;

/** What a token answers to: anything but 'ok' is the error code every Web API call gets. */
export type TokenState = 'ok' | 'token_revoked' | 'account_inactive' | 'invalid_auth';

export interface FakeUser {
  id: string;
  name: string;
  real_name: string;
  is_bot: boolean;
  deleted: boolean;
  /** Of another workspace than the one whose token asks. */
  team_id?: string;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_stranger?: boolean;
  enterprise_user?: { enterprise_id: string; teams: string[] };
}

export interface FakeChannel {
  id: string;
  name: string;
  is_private: boolean;
  is_archived: boolean;
  is_im: boolean;
  is_mpim: boolean;
  /** The workspace that it is in, if the team is an organisation. */
  workspace?: string;
  /** User ids; the bot is a member when its user id is in here. */
  members: Set<string>;
  created: number;
}

/** A workspace; or, with an id that begins with E, an organisation that installs the app for all of its workspaces. */
export interface FakeTeam {
  id: string;
  /** The ids of an organisation's workspaces; of a workspace none. */
  workspaces: string[];
  name: string;
  domain: string;
  botToken: string;
  /** Of before a rotation; they still work. */
  olderTokens: Set<string>;
  botUserId: string;
  botId: string;
  /** The app that its bot is of, if that is another one. */
  appId?: string;
  /** Granted scopes; remove one to get `missing_scope`. */
  scopes: string[];
  tokenState: TokenState;
  users: FakeUser[];
  channels: FakeChannel[];
}

export interface FakeFile {
  id: string;
  team: string;
  user: string;
  name: string;
  title: string;
  mimetype: string;
  filetype: string;
  /** The length announced to files.getUploadURLExternal, in bytes. */
  size: number;
  content: Buffer | undefined;
  complete: boolean;
  /** How events show it when not as it is: https://docs.slack.dev/reference/objects/file-object */
  shown?: 'check_file_info' | 'tombstone' | 'hidden_by_limit' | 'external';
  shares: { channel: string; ts: string }[];
}

export interface FakePost {
  team: string;
  channel: string;
  ts: string;
  text: string;
  /** True when our bot wrote it (Web API, response_url in_channel or a command's in_channel answer). */
  byBot: boolean;
  user?: string;
  bot_id?: string;
  subtype?: string;
  thread_ts?: string;
  reply_broadcast?: boolean;
  link_names?: boolean;
  blocks?: Json[];
  attachments?: Json[];
  metadata?: { event_type: string; event_payload: Json };
  files?: FakeFile[];
  edited?: { user: string; ts: string };
  deleted: boolean;
  reactions: { name: string; users: string[] }[];
  /** Only in `ephemerals`: the one user who sees it. */
  ephemeralTo?: string;
}

export interface FakeCall {
  /** A Web API method, or `upload`, `download`, `response_url`. */
  method: string;
  token: string | undefined;
  team: string | undefined;
  args: Json;
  /** Milliseconds since the epoch. */
  at: number;
  /** `pending` until answered; `dropped`: socket destroyed; `unanswered`: left hanging on purpose. */
  status: number | 'pending' | 'dropped' | 'unanswered';
  /** Slack's error code, if the answer had one. */
  error?: string;
}

/** One try at delivering an event, command or interaction. */
export interface FakeAttempt {
  kind: 'events_api' | 'slash_commands' | 'interactive';
  via: 'socket' | 'http';
  eventId: string | undefined;
  envelopeId: string | undefined;
  retryNum: number;
  retryReason: string | undefined;
  /** The number of the connection, counted from 1 in order of opening. */
  connection: number | undefined;
  outcome: number | 'acked' | 'timeout' | 'closed' | 'connection_failed';
}

/** Something the app sent to a response_url. */
export interface FakeResponse {
  url: string;
  channel: string;
  user: string;
  body: Json;
  at: number;
}

/** A modal that the app opened. */
export interface FakeView {
  id: string;
  team: string;
  user: string;
  /** As the app sent it. */
  view: Json;
  open: boolean;
  /** What the app found wrong at the last submission, by block id. */
  errors: Record<string, string>;
}
