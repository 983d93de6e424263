import type { Installation } from '../domain/installation.ts';
import type { BotRegistry } from './bot-registry.ts';
import type { Installations } from './installations.ts';
import type { Page } from './ledger-store.ts';
import type { PartHealth } from './source.ts';

/** A scope that the app asks for. */
export interface AskedScope {
  scope: string;
  /** The end of the sentence "It can …", for people: `post messages`. */
  use: string;
}

/** How an installation ended. `refused`, `unanswered`: Slack's error. `unsaved`: Slack gave the tokens, and the store failed. */
export type Arrival =
  | {
      kind: 'installed';
      team: string;
      name: string;
      isOrg: boolean;
      /** The Slack user who installed it. */
      by: string;
      /** It was installed before, too. */
      isAgain: boolean;
      /** Scopes that the app needs and that were not granted. */
      missingScopes: string[];
    }
  /** The workspace of SLACK_BOT_TOKEN, which needs no installation. */
  | { kind: 'home'; name: string }
  /** The code is of another app than SLACK_BOT_TOKEN. */
  | { kind: 'other app' }
  | { kind: 'refused' | 'unanswered' | 'unsaved'; error: string };

/** An installation as the operator sees it, without its tokens. `trouble` is `key_missing` where no key of TOKEN_KEYS decrypts them. */
export interface InstalledView extends Omit<Installation, 'botToken' | 'refreshToken' | 'scopes'> {
  missingScopes: string[];
  /** Whether the app rotates its token. */
  rotates: boolean;
  /** Name of the key that its tokens are encrypted with. */
  key: string;
}

export interface Removal {
  /** There was an installation. */
  wasInstalled: boolean;
  /** Its token works no more. */
  isRevoked: boolean;
  /** Why the token may still work; '' when it does not. */
  why: string;
  /** Rows that were erased. */
  rows: number;
}

export interface Rekeyed {
  /** The name of the key with which the program encrypts. */
  key: string;
  /** Installations that were encrypted anew. */
  changed: number;
  /** Installations whose token another program is refreshing: call again later. */
  busy: number;
  /** Teams whose tokens do not open, also those under the name of the newest key; at most those of one step. */
  unopened: string[];
  /** Where the next step begins; null: this was the last one. */
  next: string | null;
}

export type RefreshOutcome = 'done' | 'failed' | 'refused' | 'unopened';

/** How workspaces come and leave, for the pages and routes of the operator. */
export interface Installer extends Installations, BotRegistry {
  /** Those that the app asks for. */
  scopes: readonly AskedScope[];
  /** Returns Slack's page at which a person agrees to the scopes. As `arrive`, of use with SLACK_CLIENT_ID only. */
  authorizeUrl(state: string): string;
  /** Exchanges the code that Slack gave for tokens, and stores them. @throws StoreUnavailable, and then the code was not used */
  arrive(code: string): Promise<Arrival>;
  /** By their ids. `total`: of all pages. @throws InvalidRequest for a foreign cursor */
  list(cursor: string | null, limit: number): Promise<Page<InstalledView> & { total: number }>;
  /**
   * Removes the app from a workspace and forgets its tokens. With `erase` all rows of the team are deleted, also when it is no longer
   * installed. @throws NotFound; WrongState for the workspace of SLACK_BOT_TOKEN; SlackUnanswered, and then nothing was removed
   */
  remove(team: string, options: { erase: boolean }): Promise<Removal>;
  /** Encrypts with the newest key what was encrypted with another one, one page at a time. */
  rekey(after: string | null): Promise<Rekeyed>;
  /** Refreshes the tokens that end soon, and counts. For a periodic task. */
  upkeep(): Promise<void>;
  /** As `upkeep` last counted; null: not yet. `unopened` is current where this program is told of a change. */
  counts(): { all: number; troubled: number; unopened: number } | null;
  health(): PartHealth;
  /** Calls `listener` after a refresh was tried. */
  onRefresh(listener: (outcome: RefreshOutcome) => void): void;
  /** Ends the refreshes that are under way. */
  stop(): Promise<void>;
}
