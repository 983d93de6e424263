import type { Severity } from '../../domain/severity.ts';
import type { Addon, Formation } from './types.ts';

/** The state of an app that is kept across restarts. Times are milliseconds since the epoch. */
export interface AppState {
  /** Increases with each write. */
  revision: number;
  /** When it was written. */
  savedAt: number;
  /** Id of the app: another app may get the name of a deleted one. '' before the first reading. */
  appId: string;
  /** Version of the newest release that people were told of or that was there at the first reading; null: no reading yet. */
  version: number | null;
  /** The newest release, for what begins soon after it; null: none. */
  release: ToldRelease | null;
  /** Null: not read yet. */
  formation: readonly Formation[] | null;
  /** Null: not read yet. */
  addons: readonly KnownAddon[] | null;
  /** Hashes of the config vars by name, and the id of the key they were made with; null: never read. */
  vars: { keyId: string; hashes: Readonly<Record<string, string>> } | null;
  /** Since when dynos are down, by name. */
  down: Readonly<Record<string, number>>;
  /** Open incidents by the rest of their key: `web`, `addon NAME`, `gone`; see `partOf`. */
  open: Readonly<Record<string, OpenIncident>>;
}

export interface ToldRelease {
  version: number;
  by: string;
  description: string;
  at: number;
}

export interface KnownAddon extends Pick<Addon, 'name' | 'plan' | 'state'> {
  /** Since when it is not provisioned; null: it is. */
  badSince: number | null;
}

export interface OpenIncident {
  /** When it began. */
  at: number;
  title: string;
  severity: Severity;
  /** Further facts by name. */
  fields: Readonly<Record<string, string>>;
  /** mrkdwn on what came before it: a release; '' if nothing did. */
  cause: string;
}

const emptyState: AppState = {
  ...{ revision: 0, savedAt: 0, appId: '', version: null, release: null, formation: null, addons: null, vars: null },
  ...{ down: {}, open: {} },
};

export const stateName = (app: string): string => `heroku:app ${app}`;
/** Names of the apps with a state, so that incidents of apps that nobody watches any more end. */
export const indexName = 'heroku:apps';
/** The open incident of the key: what is wrong, and when that was written. */
export const keyName = 'heroku:key';
/** The key of the hashes of config vars. */
export const hmacName = 'heroku:hmac';
/** Values are written again after this time, since the store forgets those that nobody writes. Milliseconds. */
export const renewMs = 12 * 3_600_000;

/** A state that an older or newer program wrote counts as none: the next reading is then a first one, which tells nothing. */
export function parseState(text: string | null): AppState {
  if (text === null) return emptyState;
  try {
    const { form, ...state } = JSON.parse(text) as { form: number } & AppState;
    return form === formOfState ? { ...emptyState, ...state } : emptyState;
  } catch {
    return emptyState;
  }
}

const formOfState = 1;

export const writeState = (state: AppState): string => JSON.stringify({ form: formOfState, ...state });

/** Returns whether two states differ in more than their revision and time. */
export function isChanged(before: AppState, after: AppState): boolean {
  const content = ({ revision: _, savedAt: __, ...rest }: AppState) => JSON.stringify(rest);
  return content(before) !== content(after);
}
