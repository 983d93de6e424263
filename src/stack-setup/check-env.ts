import { loadConfig, type Settings, settingSchemas } from '../app/index.ts';
import { ConfigError, underOwnNames } from '../config/index.ts';
import { nearest } from '../domain/nearest.ts';
import { isScryptLine } from '../domain/scrypt-line.ts';
import { oneLine, splitNames } from './checks.ts';
import { contradictions } from './contradictions.ts';
import { cutValues, parseEnvFile, quote } from './env-file.ts';
import { publicUrl } from './public-url.ts';
import { fixedSettings, stackSettings, toolSettings } from './settings.ts';

export interface StackConfig {
  /** Public names; empty for a trial on localhost. */
  hostNames: readonly string[];
  /** All settings in `.env`, of the program and of the stack, without empty ones. */
  env: Readonly<Record<string, string>>;
  /** The program's settings in `.env`. */
  given: Readonly<Record<string, string>>;
  /** The program's settings, parsed and with defaults. */
  program: Settings;
}

/** Checks the text of a `.env`. @throws ConfigError with every problem at once */
export function checkEnv(text: string): StackConfig {
  const written = Object.fromEntries(Object.entries(parseEnvFile(text)).filter(([, value]) => value !== ''));
  const env = underOwnNames(settingSchemas, written);
  const names = Object.keys(env);
  const given = Object.fromEntries(
    Object.entries(env).filter(([name]) => name in settingSchemas && !fixedSettings.includes(name)),
  );
  // `apiPassword` refuses every hash, so a hash is not checked for damage as well.
  const { BASIC_AUTH_PASSWORD: password, ...others } = given;
  const isHash = password !== undefined && isScryptLine(password);
  const hostNames = splitNames(env.HOST_NAMES ?? '');
  // The stack sets PUBLIC_URL, so that nobody has to write it for an installation.
  const address = { ...(given.SLACK_CLIENT_ID !== undefined && { PUBLIC_URL: publicUrl({ hostNames, env }) }) };
  const { program, problems: ofTheProgram } = checkProgram({ ...(isHash ? others : given), ...address });
  const problems = [
    ...names.flatMap(misplaced),
    ...names.flatMap((name) => (isPatch(name) && !/^\d{1,5}$/.test(env[name] ?? '') ? [wrongPatch(name)] : [])),
    ...cutValues(text).map((name) => `${name}: what follows # would be cut off; put the value in single quotes.`),
    ...Object.entries(stackSettings).flatMap(([name, { check, secret }]) => {
      const value = env[name];
      const wrong = value === undefined ? null : check(value);
      return wrong === null ? [] : [secret ? `${name}: ${wrong}` : `${name}="${value}": ${wrong}`];
    }),
    ...ofTheProgram,
    ...apiPassword(password),
    ...Object.entries(given).flatMap(([name, value]) =>
      quote(name, value) === null ? [`${name}: it mixes kinds of quotes that cannot be handed on; use fewer.`] : [],
    ),
    ...contradictions(env),
  ];
  if (problems.length > 0 || program === null) throw new ConfigError(problems);
  return { hostNames, env, given, program };
}

function checkProgram(given: Record<string, string>): { program: Settings | null; problems: readonly string[] } {
  try {
    return { program: loadConfig(given), problems: [] };
  } catch (error) {
    if (error instanceof ConfigError) return { program: null, problems: error.problems };
    throw error;
  }
}

/** Alertmanager logs in with this password, so it must not be a hash. */
function apiPassword(value: string | undefined): string[] {
  if (value === undefined) return [];
  if (isScryptLine(value)) {
    return [
      'BASIC_AUTH_PASSWORD is a line of `ultronex hash-password`, but Alertmanager has to log in with it too: write the password itself, or leave it out and one is generated.',
    ];
  }
  const wrong = oneLine(value);
  return wrong === null ? [] : [`BASIC_AUTH_PASSWORD: ${wrong}`];
}

/** Patch releases such as `PROMETHEUS_3_13_PATCH`, written by `ultronex update`; one of an older minor release is ignored. */
const isPatch = (name: string) => /^[A-Z][A-Z_]*_\d+_\d+_PATCH$/.test(name);

const wrongPatch = (name: string) => `${name}: write the number of a patch release, as in 7, or take it out.`;

/** Returns a problem for a name that does not belong into the stack's `.env`. */
function misplaced(name: string): string[] {
  if (fixedSettings.includes(name)) {
    return [`${name} is set by docker-compose.yml or the image; take it out of .env.`];
  }
  if (name in stackSettings || name in settingSchemas || toolSettings.includes(name) || isPatch(name)) return [];
  const direct = name.replace(/_FILE$/, '');
  const isFile = direct !== name && (direct in settingSchemas || direct in stackSettings);
  if (isFile) return [`${name}: the container does not see files of this machine; write the value as ${direct}.`];
  const meant = nearest(name, [...Object.keys(stackSettings), ...Object.keys(settingSchemas)]);
  return [
    `${name} is no setting; ${meant === null ? 'take it out of .env, or look at .env.example for its name.' : `did you mean ${meant}?`}`,
  ];
}
