import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Static, TObject, TProperties } from 'typebox';
import type { BotCommand } from '../commands/index.ts';
import type { CoreSettings } from '../config/index.ts';
import type { Clock } from '../domain/clock.ts';
import type { Destination } from '../domain/destination.ts';
import type { Performer } from '../domain/effect.ts';
import type { IncomingMessage } from '../domain/event.ts';
import type { Feature } from '../domain/off.ts';
import type { Page } from '../domain/page.ts';
import type { Severity } from '../domain/severity.ts';
import type { Recording } from '../domain/team-event.ts';
import type { Names } from '../domain/visible-text.ts';
import type { AllEvents, ExtraRoutes, RouteScope } from '../http/index.ts';
import type { Installer } from '../ports/installer.ts';
import type { LiveFeed } from '../ports/live.ts';
import type { SignalSink } from '../ports/signals.ts';
import type { PartHealth } from '../ports/source.ts';
import type { Store } from '../ports/store.ts';

/** The core's settings and the module's own, without those of other modules. */
export type ConfigOf<Own extends TProperties> = CoreSettings & Static<TObject<Own>>;

/**
 * The description of a module, in its `index.ts`. It is loaded even if the module is off, so that file imports nothing
 * that only the running module needs.
 */
export interface ModuleEntry<Own extends TProperties = TProperties> {
  /** The name of its folder. */
  name: string;
  /** Schemas of its settings, see `config/setting.ts`. */
  settings: Own;
  /** Returns whether the settings turn the module on. Absent for a module that is always on. */
  isOn?(config: ConfigOf<Own>): boolean;
  /** Features that its settings turn on and off. */
  features?: readonly Feature<ConfigOf<Own>>[];
  /** Returns which events of the workspaces are recorded in the store while the module is on. Of one module at most. */
  recording?(config: ConfigOf<Own>): Recording;
  /** Its pages; their scripts are in its folder `web`. */
  pages?: readonly Page[];
  /** Tags of its routes in the OpenAPI document. */
  tags?: readonly { name: string; description: string }[];
  /**
   * Values of the field `source` of its messages. `renewed`: such messages are created again on their own, so a store with
   * no other messages may be replaced.
   */
  deliverySources?: readonly { name: string; renewed?: boolean }[];
  /** Reads its own folder of YAML files, for `ultronex doctor`. */
  checkFiles?(config: ConfigOf<Own>): Promise<CheckedFiles>;
  /**
   * Checks what it depends on, for `ultronex doctor`, also while the program runs or cannot start. @param store null: there is none, or
   * it cannot be read
   */
  examine?(config: ConfigOf<Own>, store: Store | null): Promise<readonly Diagnosis[]>;
  /** While it is off: returns which of its settings have no effect, for `ultronex doctor`; null: none is set. */
  whenOff?(config: ConfigOf<Own>): string | null;
  /** Imports its commands of the command line. */
  cli?(): Promise<readonly ModuleCommand[]>;
  /** Imports its code. */
  load(): Promise<ModuleCode<Own>>;
}

/** A finding of `ultronex doctor`; `text` has the state, and a remedy for a problem. */
export interface Diagnosis {
  level: 'ok' | 'warn' | 'fail';
  text: string;
}

/** The content of a folder of YAML files, and what is wrong in it, one a line. */
export interface CheckedFiles {
  /** The setting that names the folder. */
  setting: string;
  folder: string;
  /** The effect of a folder that cannot be read, as the end of a sentence: `nothing of it is watched`. */
  effect: string;
  names: readonly string[];
  problems: readonly string[];
}

/** A command of the command line, `ultronex hooks check`. `cli/command.ts` documents the fields. */
export interface ModuleCommand {
  name: string;
  summary: string;
  usage: string;
  options: Readonly<
    Record<string, { type: 'string' | 'boolean'; multiple?: boolean; value?: string; description: string }>
  >;
  words: readonly [least: number, most: number];
  /** It talks to the running program, so it has the options --url, --token-file and the like. */
  connects?: boolean;
  /** Resolves with the exit code. */
  run(given: CommandInput): Promise<number>;
}

export interface CommandInput {
  /** The running program, for commands with `connects`. @throws CommandFailed with its error */
  api(): RunningProgram;
  /** The positional arguments. */
  words: string[];
  values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  /** All settings by their names. @throws ConfigError */
  config: Readonly<Record<string, unknown>>;
  /** Resolves with the text of stdin, 2 MiB at most. */
  stdin(): Promise<string>;
  out(text: string): void;
  err(text: string): void;
  /**
   * Calls `run` in place of ending the command on the first Ctrl-C or SIGTERM; the next one ends it. Returns the function that
   * restores the usual behaviour.
   */
  onInterrupt(run: () => void): () => void;
}

/** The HTTP API of the running program. */
interface RunningProgram {
  /** Resolves with the JSON of a response of /ultronex + path. */
  call<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<T>;
  /** Resolves with the text of a GET response in a media type. */
  text(path: string, accept: string): Promise<string>;
  /** Posts a text. The error has `retryable: true` when the program did not respond, or is overloaded. */
  post(path: string, text: string, withinMs: number): Promise<void>;
  /**
   * Yields the server-sent events of a GET response until it ends. The error has `retryable: true` when the connection broke.
   * @param after the id of the last event that is known; '' for all
   */
  events(path: string, after: string): AsyncIterable<{ event: string; data: string; id: string }>;
}

/** The module's code, `module.ts` in its folder. */
interface ModuleCode<Own extends TProperties = TProperties> {
  /** Creates its parts and metrics. Must not use network or disk before `start`, since it also runs to generate the docs. */
  open(context: ModuleContext<Own>): Module | Promise<Module>;
}

/** The parts of the program that a module may use; `app/start.ts` passes them. */
export interface ModuleContext<Own extends TProperties = TProperties> {
  config: ConfigOf<Own>;
  clock: Clock;
  /** In [0, 1). */
  random(): number;
  log: Logger;
  store: Store;
  live: LiveFeed;
  /** Returns the destinations besides Slack that always get the cards of incidents of a severity. */
  copiesOf(severity: Severity): Destination[];
  /** Where the module tells that something is wrong, or well again. */
  signals: SignalSink;
  /** Registry for the module's own metrics. */
  registry: Registry;
  newId(): string;
  /** Returns the id of the workspace to post to; '' until Slack was reached. */
  team(): string;
  /** Returns the id of a channel that a setting names, also after it was renamed; the given text if it is unknown. */
  channelOf(written: string): string;
  /** Returns the channel for alerts (ALERT_CHANNEL), in the same form. */
  alertChannel(): string;
  /** Names of users and channels, as far as they are known. */
  names: Names;
  /** Names of the commands of all modules that are on. */
  hasCommand(name: string): boolean;
  /** Default time to live of a message, milliseconds. */
  ttlMs: number;
  /** Calls `listener` with the team of each event that comes. It must not throw. */
  onEvent(listener: (team: string) => void): void;
  /** Calls `listener` with each event of a post of our own that comes back from the workspace. It must not throw. */
  onOwnPost(listener: (post: IncomingMessage) => void): void;
  /**
   * Replaces the sockets over which events come: they are open but deliver nothing. Counted. Returns false when events do
   * not come over sockets.
   */
  renewSockets(): boolean;
  /** Installations in other workspaces. Null without TOKEN_KEYS, which SLACK_CLIENT_ID needs. */
  installer: Installer | null;
  /** Registers a stop function. They are called in reverse order. */
  onStop(name: string, stop: () => unknown): void;
}

/** The parts that a module adds to the program. */
export interface Module {
  routes?: ModuleRoutes[];
  commands?: BotCommand[];
  /** Performers of its commands' effects, by name. */
  effects?: Record<string, Performer>;
  /** Its health, for /status and /readyz. Never `down`, since the bot works without it. */
  health?: { name: string; of(): PartHealth };
  /** Periodic tasks, first run after `everyMs`. A failure is logged, and the task runs again. */
  every?: { name: string; everyMs: number; run(): unknown }[];
  /** Sends all recorded events after a position, which is null for new ones only; one module has it. */
  allEvents?: AllEvents;
  /** Takes the signals of all modules; one module has it. */
  signals?: SignalSink;
  /** Starts background work, such as streams and connections. */
  start?(): void | Promise<void>;
}

/** Routes of a module, with the scope that a token needs for them; a route may set another scope in its `config`. */
interface ModuleRoutes extends ExtraRoutes {
  scope: RouteScope;
}
