import type { Logger } from 'pino';
import type { Clock } from '../domain/clock.ts';
import type { Block, Content } from '../domain/delivery.ts';
import type { Destination } from '../domain/destination.ts';
import type { NamingProblem } from '../domain/naming.ts';
import type { OffFeature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import type { Metrics } from '../observability/index.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { People } from '../ports/people.ts';
import type { PartHealth } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';
import type { Tracking } from '../ports/tracking.ts';
import type { AllEvents } from './api.ts';
import type { HttpWorkspaces } from './team-of.ts';

/** Dependencies of the routes. */
export interface HttpDeps {
  version: string;
  startedAt: number;
  simulator: boolean;
  store: Store;
  tracking: Tracking;
  live: LiveFeed;
  /** The motivational bot. */
  replyTo(text: string): string | null;
  quote(): string;
  workspaces: HttpWorkspaces;
  /** Returns the parts of the program with their health. */
  parts(): ({ name: string } & PartHealth)[];
  /** Features that the settings turn off. */
  off: readonly OffFeature[];
  /** Returns the problems of settings that name missing or unusable channels. */
  namingProblems(): NamingProblem[];
  /** Ready: the store accepts a write, and unless `storeOnly`, no other part is down. */
  ready(asked: { storeOnly: boolean }): Promise<{ ready: boolean; reasons: string[] }>;
  /** Returns the destination besides Slack with a name; null: there is none. */
  destinationNamed(name: string): Destination | null;
  destinationNames(): string[];
  /** Returns the blocks that show a message in Slack; undefined when its text alone shows it. */
  blocksOf(content: Content): Block[] | undefined;
  people: People;
  newId(): string;
  /** Default time to live of a message, milliseconds. */
  ttlMs: number;
  clock: Clock;
  metrics: Metrics;
  log: Logger;
  pages: readonly Page[];
  /** Values of the field `source` of a message. */
  sources: readonly string[];
  /** The stream of all recorded events; null: none are recorded. */
  allEvents: AllEvents | null;
  /** Folder with the built pages. */
  webRoot: string;
}
