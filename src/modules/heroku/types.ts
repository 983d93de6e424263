import type { Dyno } from '../../heroku-api/index.ts';

/** Shapes of the Platform API, as far as they are used, after they were read leniently. Times are milliseconds since the epoch. */
export interface AppInfo {
  id: string;
  name: string;
  owner: string;
  region: string;
  stack: string;
  maintenance: boolean;
}

export interface Formation {
  type: string;
  quantity: number;
  size: string;
}

export interface Release {
  version: number;
  description: string;
  /** `succeeded`, `pending`, `failed`, `expired`. */
  status: string;
  /** An e-mail address; '' when Heroku names none. */
  by: string;
  createdAt: number;
}

export interface Addon {
  name: string;
  service: string;
  plan: string;
  /** `provisioned`, `provisioning`, `deprovisioned`. */
  state: string;
}

/** The last known state of an app. */
export interface AppStatus {
  app: string;
  info: AppInfo | null;
  dynos: readonly Dyno[];
  formation: readonly Formation[];
  /** Newest first, at most 5. */
  releases: readonly Release[];
  addons: readonly Addon[];
  /** When the dynos were read, milliseconds since the epoch; null: not yet. */
  readAt: number | null;
  /** Why the last attempt failed, a sentence for people; null: it went well. */
  problem: string | null;
}

/** The apps that are watched, for commands, routes and the command line. */
export interface HerokuApps {
  /** Names of the watched apps, in the order of the settings and files. */
  names(): readonly string[];
  /** The last known status of all watched apps. */
  list(): readonly AppStatus[];
  /** Reads an app now, also one that is not watched; concurrent calls and those within 10 s share a reading. Never rejects: see `problem`. */
  read(app: string): Promise<AppStatus>;
  /** Reads a watched app soon: a webhook told of it. */
  lookAt(app: string): void;
  /** Requests that are left of the account's budget of 4,500 an hour; null: unknown. */
  remaining(): number | null;
}
