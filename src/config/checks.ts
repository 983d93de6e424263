import { isScryptLine, parseScryptLine } from '../domain/scrypt-line.ts';
import { splitList, wrongAddress, wrongHost, wrongProxy } from './network.ts';
import { plainSecrets } from './plain-http.ts';
import type { CoreSettings } from './schema.ts';
import type { SettingSchemas } from './setting.ts';

type SettingName = keyof CoreSettings;

/** `config` has each setting whose own value is right. `failed` names those set to a wrong one, which are undefined in `config`. */
export interface Readable {
  config: Partial<CoreSettings>;
  failed: ReadonlySet<string>;
}

/**
 * Everything that a schema cannot say, so that no part of the program finds a setting wrong after the start began. Each
 * problem names the setting and the remedy.
 */
export function settingProblems({ config, failed }: Readable, schemas: SettingSchemas): string[] {
  return [
    ...plainSecrets(config),
    ...wrongEntries('HOST', config.HOST === undefined ? [] : [config.HOST], wrongAddress),
    ...wrongEntries('TRUSTED_PROXIES', splitList(config.TRUSTED_PROXIES), wrongProxy),
    ...wrongEntries('ALLOWED_HOSTS', splitList(config.ALLOWED_HOSTS), wrongHost),
    ...wrongUrls(config, schemas),
    ...damagedHash(config.BASIC_AUTH_PASSWORD),
    ...halfOfSlack(config, failed),
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

/** Of the settings whose format is `url`. SLACK_API_URL and LOKI_URL have rules of their own. */
function wrongUrls(config: Readonly<Record<string, unknown>>, schemas: SettingSchemas): string[] {
  return Object.entries(schemas).flatMap(([name, { format, example }]) => {
    const written = config[name];
    if (format !== 'url' || typeof written !== 'string') return [];
    if (!URL.canParse(written)) return [`${name}="${written}" is no address; write for example ${example}`];
    const { username, password } = new URL(written);
    return username === '' && password === '' ? [] : [`${name} holds a login; write it without, as in ${example}`];
  });
}

function damagedHash(password: string | undefined): string[] {
  if (password === undefined || !isScryptLine(password) || parseScryptLine(password) !== null) return [];
  return [
    'BASIC_AUTH_PASSWORD: the scrypt line is damaged; make a new one with `ultronex hash-password`, and keep it in single quotes where $ begins a variable (shells, .env files).',
  ];
}

/** A setting that is set to a wrong value counts as set, so that it is not reported as missing too. */
function halfOfSlack(config: Partial<CoreSettings>, failed: ReadonlySet<string>): string[] {
  const isSet = (name: SettingName) => config[name] !== undefined || failed.has(name);
  const [bot, app, signing] = (['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'SLACK_SIGNING_SECRET'] as const).map(isSet);
  if (bot && !app && !signing) {
    return [
      'SLACK_BOT_TOKEN is set, but no way for events to arrive: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP). `ultronex manifest` prints an app that has them.',
    ];
  }
  if (!bot && (app || signing)) {
    return [
      `${app ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET'} is set, but SLACK_BOT_TOKEN is not: copy it from "OAuth & Permissions" of your Slack app, or unset both to use the simulator.`,
    ];
  }
  return [];
}
