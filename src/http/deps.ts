import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import type { NamingProblem } from '../domain/naming.ts';
import type { OffFeature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import type { Metrics } from '../observability/index.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { NameBook } from '../ports/names.ts';
import type { FindPerson } from '../ports/recipients.ts';
import type { Health } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Tracking } from '../ports/tracking.ts';
import type { VerifyLogin } from './auth.ts';

/** What the routes are made of; `app.ts` gives it. */
export interface HttpDeps {
  version: string;
  startedAt: number;
  simulator: boolean;
  store: Store;
  tracking: Tracking;
  /** Looks up the names of the users that a text in mrkdwn mentions, for a moment at most. */
  learnNames(mrkdwn: string): Promise<void>;
  live: LiveFeed;
  /** The motivational bot. */
  replyTo(text: string): string | null;
  quote(): string;
  /** The workspace that API calls are for; '' until Slack has told. */
  team(): string;
  /** The parts of the program and how they are. */
  parts(): ({ name: string } & Health)[];
  /** What the settings leave out. */
  off: readonly OffFeature[];
  /** Settings that name channels which are not there. */
  namingProblems(): NamingProblem[];
  /** Ready to serve: the store takes a write, and unless `storeOnly`, every other part is at least degraded. */
  ready(asked: { storeOnly: boolean }): Promise<{ ready: boolean; reasons: string[] }>;
  /** Who `@name` or an e-mail address is. */
  findPerson: FindPerson;
  /** The id of a channel by `#name`, name or id; null: the bot sees none. */
  findChannel(written: string): Promise<string | null>;
  nameBook: NameBook;
  login: VerifyLogin;
  newId(): string;
  /** Default time to live of a message, milliseconds. */
  ttlMs: number;
  clock: Clock;
  metrics: Metrics;
  log: Logger;
  pages: readonly Page[];
  /** What can have made the program send a message. */
  sources: readonly string[];
  /** Folder with the built pages. */
  webRoot: string;
}
