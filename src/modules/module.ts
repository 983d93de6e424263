import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Static, TObject, TProperties } from 'typebox';
import type { Command } from '../commands/index.ts';
import type { CoreSettings } from '../config/index.ts';
import type { Clock } from '../domain/clock.ts';
import type { Performer } from '../domain/effect.ts';
import type { Feature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import type { ExtraRoutes, Scope } from '../http/index.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { Health } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';

/** The core's settings and the module's own; it sees no other module's. */
export type ConfigOf<Own extends TProperties> = CoreSettings & Static<TObject<Own>>;

/**
 * What a module says about itself before it is loaded, in its `index.ts`. That file imports nothing that the module
 * needs only when it runs: the settings of a module that is off are known too.
 */
export interface ModuleEntry<Own extends TProperties = TProperties> {
  /** That of its folder. */
  name: string;
  /** Its settings, as `config/setting.ts` has them. */
  settings: Own;
  /** Whether these settings ask for it; absent: always. */
  isOn?(config: ConfigOf<Own>): boolean;
  /** What its settings turn on and off. */
  features?: readonly Feature<ConfigOf<Own>>[];
  /** Its pages; their scripts are in its folder `web`. */
  pages?: readonly Page[];
  /** What its routes are sorted by in the OpenAPI document. */
  tags?: readonly { name: string; description: string }[];
  /**
   * Values of the field `source` of its messages. `renewed`: what they say is said again by itself, so that a store that
   * holds nothing else may be replaced.
   */
  deliverySources?: readonly { name: string; renewed?: boolean }[];
  /** Imports its code. */
  load(): Promise<ModuleCode<Own>>;
}

/** The module's code, `module.ts` in its folder. */
interface ModuleCode<Own extends TProperties = TProperties> {
  /** Makes its parts and metrics. Touches neither the network nor the disk before `start`: the docs are made from it too. */
  open(context: ModuleContext<Own>): Module | Promise<Module>;
}

/** What a module is made of; `app.ts` gives it. */
export interface ModuleContext<Own extends TProperties = TProperties> {
  config: ConfigOf<Own>;
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
  /** Called where a thing starts; what was named last is stopped first. */
  onStop(name: string, stop: () => unknown): void;
}

/** What a module adds to the program. */
export interface Module {
  routes?: ModuleRoutes[];
  commands?: Command[];
  /** Who performs the effects that its commands ask for, by name. */
  effects?: Record<string, Performer>;
  /** How it is, for /status and /readyz; a module is never `down`: the bot works without it. */
  health?: { name: string; of(): Health };
  /** Tasks that come again, the first time after `everyMs`. A failure is logged; the next run comes all the same. */
  every?: { name: string; everyMs: number; run(): unknown }[];
  /** Begins what goes on by itself: followed streams, connections. */
  start?(): void | Promise<void>;
}

/** Routes of a module, and what a token must be good for to use them; a route may say another scope in its `config`. */
interface ModuleRoutes extends ExtraRoutes {
  scope: Scope;
}
