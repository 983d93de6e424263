import { readFileSync } from 'node:fs';
import { splitList, wrongHost, wrongProxy } from './network.ts';
import { plainSecrets } from './plain-http.ts';
import { type SettingName, type Settings, settings } from './schema.ts';

/** What a setting's schema says, as far as it is used here. */
export interface SettingSchema {
  type: 'string' | 'integer' | 'boolean';
  description: string;
  default?: string | number | boolean;
  secret?: boolean;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
}

export const settingSchemas = settings.properties as unknown as Record<SettingName, SettingSchema>;

/** Every problem at once, each naming the setting and the remedy. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    );
    this.problems = problems;
  }
}

type Env = Record<string, string | undefined>;

/** Reads and checks all settings. @throws ConfigError */
export function loadConfig(env: Env): Settings {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settingSchemas)) {
    try {
      const raw = rawValue(name, schema, env);
      values[name] = raw === undefined ? schema.default : parse(name, schema, raw);
    } catch (error) {
      problems.push((error as Error).message);
    }
  }
  const config = values as Settings;
  if (problems.length === 0) problems.push(...contradictions(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

function rawValue(name: string, schema: SettingSchema, env: Env): string | undefined {
  const direct = env[name];
  const file = schema.secret ? env[`${name}_FILE`] : undefined;
  if (direct && file) throw new Error(`${name} and ${name}_FILE are both set; keep one of them.`);
  if (!file) return direct === '' ? undefined : direct;
  try {
    const content = readFileSync(file, 'utf8').trim();
    if (content === '') throw new Error('it is empty');
    return content;
  } catch (error) {
    throw new Error(
      `${name}_FILE="${file}" cannot be read: ${(error as Error).message}. Write the secret into that file.`,
    );
  }
}

function parse(name: string, schema: SettingSchema, raw: string): string | number | boolean {
  const shown = schema.secret ? name : `${name}="${raw}"`;
  if (schema.type === 'boolean') {
    if (/^(true|on|yes|1)$/i.test(raw)) return true;
    if (/^(false|off|no|0)$/i.test(raw)) return false;
    throw new Error(`${shown}: write true or false.`);
  }
  if (schema.type === 'integer') {
    const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema;
    const value = Number(raw);
    if (Number.isInteger(value) && /^\d+$/.test(raw) && value >= minimum && value <= maximum) return value;
    throw new Error(`${shown}: write a whole number from ${minimum} to ${maximum}.`);
  }
  if (schema.minLength !== undefined && raw.length < schema.minLength) {
    throw new Error(`${shown}: at least ${schema.minLength} characters are needed.`);
  }
  if (schema.pattern !== undefined && !new RegExp(schema.pattern).test(raw)) {
    throw new Error(`${shown}: ${schema.description} Expected the form ${schema.pattern}`);
  }
  return raw;
}

function contradictions(config: Settings): string[] {
  const problems: string[] = [
    ...plainSecrets(config),
    ...wrongEntries('TRUSTED_PROXIES', config.TRUSTED_PROXIES, wrongProxy),
  ];
  problems.push(...wrongEntries('ALLOWED_HOSTS', config.ALLOWED_HOSTS, wrongHost));
  const { SLACK_BOT_TOKEN: bot, SLACK_APP_TOKEN: app, SLACK_SIGNING_SECRET: signing } = config;
  if (bot && !app && !signing) {
    problems.push(
      'SLACK_BOT_TOKEN is set, but no way for events to arrive: set SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP). `ultronex manifest` prints an app that has them.',
    );
  }
  if (!bot && (app || signing)) {
    problems.push(
      `${app ? 'SLACK_APP_TOKEN' : 'SLACK_SIGNING_SECRET'} is set, but SLACK_BOT_TOKEN is not: copy it from "OAuth & Permissions" of your Slack app, or unset both to use the simulator.`,
    );
  }
  return problems;
}

function wrongEntries(name: SettingName, value: string | undefined, wrong: (entry: string) => string | null): string[] {
  return splitList(value).flatMap((entry) => {
    const why = wrong(entry);
    return why === null ? [] : [`${name}: ${why}`];
  });
}
