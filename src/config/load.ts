import { readFileSync } from 'node:fs';
import { readUtf8 } from '../domain/encoding.ts';
import { settingProblems } from './checks.ts';
import { givenName } from './names.ts';
import { platformDefaults } from './platform.ts';
import type { SettingSchema, SettingSchemas } from './setting.ts';

/** Invalid settings: all problems at once, each with the setting's name and the remedy. */
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

/**
 * Reads and checks settings. Returns their values by name, with defaults.
 * @param schemas those of the core and of all modules
 * @throws ConfigError
 */
export function loadSettings(schemas: SettingSchemas, env: Env): Record<string, unknown> {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const failed = new Set<string>();
  const platform = platformDefaults(env);
  for (const [name, schema] of Object.entries(schemas)) {
    try {
      const given = givenName(name, schema, env);
      const raw = rawValue(given, schema, env);
      values[name] = raw === undefined ? (platform[name] ?? schema.default) : parse(given, schema, raw);
    } catch (error) {
      problems.push((error as Error).message);
      failed.add(name);
    }
  }
  problems.push(...settingProblems({ config: values, failed }, schemas));
  if (problems.length > 0) throw new ConfigError(problems);
  return values;
}

function rawValue(name: string, schema: SettingSchema, env: Env): string | undefined {
  const direct = env[name];
  const file = schema.secret ? env[`${name}_FILE`] : undefined;
  if (direct && file) throw new Error(`${name} and ${name}_FILE are both set; keep one of them.`);
  if (!file) return direct === '' ? undefined : direct;
  try {
    const content = readUtf8(readFileSync(file)).trim();
    if (content === '') throw new Error('it is empty');
    return content;
  } catch (error) {
    throw new Error(
      `${name}_FILE="${file}" cannot be read: ${(error as Error).message}. Write the secret into that file.`,
    );
  }
}

function parse(name: string, schema: SettingSchema, raw: string): string | number | boolean {
  // The login in an address is a secret, too.
  const shown = schema.secret ? name : `${name}="${raw.replace(/\/\/[^/]*@/, '//…@')}"`;
  if (schema.type === 'boolean') {
    if (raw === 'true') return true;
    if (raw === 'false') return false;
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
    throw new Error(`${shown}: write ${schema.form}.`);
  }
  return raw;
}
