import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Command } from '../commands/command.ts';
import type { Settings } from '../config/schema.ts';
import type { Clock } from '../domain/clock.ts';
import type { ExtraRoutes } from '../http/api.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Health } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';

/** What an optional module is made of; `app.ts` gives it. */
export interface ModuleContext {
  config: Settings;
  clock: Clock;
  log: Logger;
  store: Store;
  live: LiveFeed;
  /** For metrics of its own; all others are in `observability/metrics.ts`. */
  registry: Registry;
  newId(): string;
  /** The workspace that it posts to; '' until Slack has told. */
  team(): string;
  /** The id of a channel that a setting names, also after it was renamed; else as it was written. */
  channelOf(written: string): string;
  /** Default time to live of a message, milliseconds. */
  ttlMs: number;
}

/** What a module adds to the program. A page of it is listed in `http/routes/pages.ts` like any other. */
export interface Module {
  routes?: ExtraRoutes[];
  commands?: Command[];
  /** How it is, for /status and /readyz; a module is never `down`: the bot works without it. */
  health?: { name: string; of(): Health };
  stop?(): Promise<void>;
}

/** Answers null when its configuration does not ask for it. */
export type CreateModule = (context: ModuleContext) => Module | null | Promise<Module | null>;
