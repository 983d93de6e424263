import { reachOf } from '../domain/plain-http.ts';
import { isScryptLine, parseScryptLine } from '../domain/scrypt-line.ts';
import { readSealKeys } from '../domain/sealed.ts';
import { isTimeZone } from '../domain/time-zone.ts';
import { databaseTls } from './database.ts';
import { splitList, wrongAddress, wrongHost, wrongProxy } from './network.ts';
import { plainSecrets } from './plain-http.ts';
import type { CoreSettings } from './schema.ts';
import type { SettingSchemas } from './setting.ts';

type SettingName = keyof CoreSettings;

/** `config` has the settings with a valid value. `failed` names those with an invalid one; they are missing in `config`. */
export interface Readable {
  config: Partial<CoreSettings>;
  failed: ReadonlySet<string>;
}

/**
 * Makes the checks that a schema cannot express, so that no invalid setting is found after the start began. Returns
 * problems, each with the setting's name and the remedy.
 */
export function settingProblems({ config, failed }: Readable, schemas: SettingSchemas): string[] {
  return [
    ...plainSecrets(config),
    ...databaseTls(config),
    ...wrongEntries('HOST', config.HOST === undefined ? [] : [config.HOST], wrongAddress),
    ...wrongEntries('TRUSTED_PROXIES', splitList(config.TRUSTED_PROXIES), wrongProxy),
    ...wrongEntries('ALLOWED_HOSTS', splitList(config.ALLOWED_HOSTS), wrongHost),
    ...wrongUrls(config, schemas),
    ...wrongTimeZones(config, schemas),
    ...missingCompanions(config, failed, schemas),
    ...equalValues(config, schemas),
    ...damagedHash(config.BASIC_AUTH_PASSWORD),
    ...halfOfSlack(config, failed),
    ...installing(config, failed),
  ];
}

function wrongEntries(
  name: SettingName,
  entries: readonly string[],
  wrong: (entry: string) => string | null,
): string[] {
  return entries.flatMap((entry) => {
    const why = wrong(entry);
    return why === null ? [] : [`${name}: ${why}`];
  });
}

/** Checks the settings with the format `url`. SLACK_API_URL and LOKI_URL have their own rules in plain-http.ts. */
function wrongUrls(config: Readonly<Record<string, unknown>>, schemas: SettingSchemas): string[] {
  return Object.entries(schemas).flatMap(([name, { format, example }]) => {
    const written = config[name];
    if (format !== 'url' || typeof written !== 'string') return [];
    if (!URL.canParse(written)) return [`${name}="${written}" is no address; write for example ${example}`];
    const { username, password } = new URL(written);
    return username === '' && password === '' ? [] : [`${name} holds a login; write it without, as in ${example}`];
  });
}

function wrongTimeZones(config: Readonly<Record<string, unknown>>, schemas: SettingSchemas): string[] {
  return Object.entries(schemas).flatMap(([name, { format, example }]) => {
    const written = config[name];
    if (format !== 'time-zone' || typeof written !== 'string' || isTimeZone(written)) return [];
    return [`${name}="${written}" is no time zone; write for example ${example} or UTC`];
  });
}

/** Checks the settings that `needs` names. One with an invalid value counts as set, so it is reported only once. */
function missingCompanions(
  config: Readonly<Record<string, unknown>>,
  failed: ReadonlySet<string>,
  schemas: SettingSchemas,
): string[] {
  return Object.entries(schemas).flatMap(([name, { needs }]) => {
    if (needs === undefined || config[name] === undefined) return [];
    if (config[needs] !== undefined || failed.has(needs)) return [];
    return [`${name} is set, but ${needs} is not. Set ${needs}, too, or unset ${name}.`];
  });
}

/** Checks the settings that `differsFrom` names. */
function equalValues(config: Readonly<Record<string, unknown>>, schemas: SettingSchemas): string[] {
  return Object.entries(schemas).flatMap(([name, { differsFrom = [] }]) => {
    const value = config[name];
    const equal = differsFrom.filter((other) => value !== undefined && config[other] === value);
    return equal.map((other) => `${name}="${value}" is the value of ${other}, too: write another one.`);
  });
}

function damagedHash(password: string | undefined): string[] {
  if (password === undefined || !isScryptLine(password) || parseScryptLine(password) !== null) return [];
  return [
    'BASIC_AUTH_PASSWORD: the scrypt line is damaged; make a new one with `ultronex hash-password`, and keep it in single quotes where $ begins a variable (shells, .env files).',
  ];
}

/**
 * Checks that Slack's settings are complete: a bot token alone sends. One with an invalid value counts as set, so it is
 * reported only once.
 */
function halfOfSlack(config: Partial<CoreSettings>, failed: ReadonlySet<string>): string[] {
  const isSet = (name: SettingName) => config[name] !== undefined || failed.has(name);
  const [bot, app, signing] = (['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'] as const).map(isSet);
  if (!bot && (app || signing)) {
    return [
      `${app ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET'} is set, but SLACK_BOT_TOKEN is not: copy it from "OAuth & Permissions" of your Slack app, or unset both to use the simulator.`,
    ];
  }
  return [];
}

/** The settings without which no workspace can install the app, and how to get them. */
const installingNeeds = {
  SLACK_CLIENT_SECRET: 'from "Basic Information" of the Slack app',
  TOKEN_KEYS: 'k1: and the output of openssl rand -base64 32',
  PUBLIC_URL: 'the address of this program, https://bot.example.com',
  SLACK_BOT_TOKEN: 'the token of your own workspace, from "OAuth & Permissions"',
} as const;

/** Checks that what SLACK_CLIENT_ID needs is there, in one problem, and that the keys are whole. Shows no key. */
function installing(config: Partial<CoreSettings>, failed: ReadonlySet<string>): string[] {
  const keys = config.TOKEN_KEYS === undefined ? [] : readSealKeys(config.TOKEN_KEYS);
  const problems = typeof keys === 'string' ? [`TOKEN_KEYS: ${keys}.`] : [];
  if (config.SLACK_CLIENT_ID === undefined) {
    if (config.TOKEN_KEYS !== undefined && config.SLACK_BOT_TOKEN === undefined && !failed.has('SLACK_BOT_TOKEN')) {
      problems.push(
        `TOKEN_KEYS is for the tokens of other workspaces, which also need SLACK_BOT_TOKEN (${installingNeeds.SLACK_BOT_TOKEN}).`,
      );
    }
    return problems;
  }
  const missing = Object.entries(installingNeeds).filter(
    ([name]) => config[name as keyof CoreSettings] === undefined && !failed.has(name),
  );
  if (missing.length > 0) {
    const list = missing.map(([name, remedy]) => `${name} (${remedy})`).join(', ');
    problems.push(`SLACK_CLIENT_ID lets workspaces install the app, which also needs ${list}.`);
  }
  const url = config.PUBLIC_URL !== undefined && URL.canParse(config.PUBLIC_URL) ? new URL(config.PUBLIC_URL) : null;
  if (url !== null && reachOf(url) === 'elsewhere') {
    problems.push(
      `PUBLIC_URL="${config.PUBLIC_URL}": Slack sends those who install the app only to an address that begins with https://.`,
    );
  }
  return problems;
}
