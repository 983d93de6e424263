import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Settings } from '../app/index.ts';
import { NotUtf8, readUtf8 } from '../domain/encoding.ts';
import { reachOf } from '../domain/plain-http.ts';
import { isScryptLine } from '../domain/scrypt-line.ts';
import { errorCode } from '../lib/error-code.ts';
import { type ApiClient, createApiClient } from './api-client.ts';
import { CommandFailed, type Io, UsageError } from './command.ts';

/** Options of every command that talks to the running program. */
export const connectionOptions = {
  url: { type: 'string', value: 'URL', description: 'Where the program is. Default: http://127.0.0.1:PORT.' },
  user: { type: 'string', value: 'NAME', description: 'Default: BASIC_AUTH_USERNAME.' },
  password: {
    type: 'string',
    value: 'PASSWORD',
    description: 'Default: BASIC_AUTH_PASSWORD, its _FILE, or DATA_DIR/password. Others on this machine can see it.',
  },
  'password-file': { type: 'string', value: 'FILE', description: 'Read the password from this file.' },
  'token-file': {
    type: 'string',
    value: 'FILE',
    description: 'Read an API token from this file, in place of a password.',
  },
} as const;

type Given = { [K in keyof typeof connectionOptions]?: string };

/** Returns a client for the running program. @throws ConfigError, CommandFailed without a password */
export function connect(given: Given, io: Io): ApiClient {
  const config = loadConfig(io.env);
  // The default is the address where the program on this machine listens.
  const base = given.url === undefined ? localUrl(config) : safeUrl(given.url);
  return createApiClient({ base, authorization: authorizationOf(given, config) });
}

function authorizationOf(given: Given, config: Settings): string {
  const file = given['token-file'];
  if (file === undefined) {
    const user = given.user ?? config.BASIC_AUTH_USERNAME;
    return `Basic ${Buffer.from(`${user}:${findPassword(given, config)}`).toString('base64')}`;
  }
  const other = (['user', 'password', 'password-file'] as const).find((name) => given[name] !== undefined);
  if (other !== undefined) throw new UsageError(`--token-file and --${other} are both given; keep one of them`);
  return `Bearer ${readSecret(file, 'token')}`;
}

/** Returns the address of the program on this machine, by its settings. */
export function localUrl({ HOST, PORT }: Pick<Settings, 'HOST' | 'PORT'>): string {
  const everywhere = HOST === '0.0.0.0' || HOST === '::';
  const host = everywhere ? '127.0.0.1' : HOST.includes(':') ? `[${HOST}]` : HOST;
  return `http://${host}:${PORT}`;
}

/** Returns `baseUrl`. @throws CommandFailed if the password would cross a network unencrypted */
function safeUrl(written: string): string {
  const base = baseUrl(written);
  const url = new URL(base);
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? []);
  const isOwn = own.includes(url.hostname.replace(/^\[|\]$/g, ''));
  if (isOwn || ['encrypted', 'this machine'].includes(reachOf(url))) return base;
  throw new CommandFailed(
    `The login would go to ${base} unencrypted. Use https://, or a tunnel: ssh -L 8080:127.0.0.1:${url.port || 80} ${url.hostname}, and then --url http://127.0.0.1:8080`,
  );
}

/** Returns the origin of an address, which may have been copied with the path of a page. @throws UsageError */
export function baseUrl(written: string): string {
  if (!/^https?:\/\//.test(written) || !URL.canParse(written)) {
    throw new UsageError(`--url "${written}" is no address; write for example https://bot.example.com`);
  }
  return new URL(written).origin;
}

function findPassword(given: Given, config: Settings): string {
  if (given.password !== undefined && given['password-file'] !== undefined) {
    throw new UsageError('--password and --password-file are both given; keep one of them');
  }
  if (given.password !== undefined) return given.password;
  if (given['password-file'] !== undefined) return readSecret(given['password-file']);
  const configured = config.BASIC_AUTH_PASSWORD;
  if (configured === undefined) return readSecret(join(config.DATA_DIR, 'password'));
  if (!isScryptLine(configured)) return configured;
  throw new CommandFailed(
    'BASIC_AUTH_PASSWORD is a scrypt line, from which the password cannot be computed; give the password with --password-file.',
  );
}

/** @param what the name of the secret, for the error */
function readSecret(file: string, what: 'password' | 'token' = 'password'): string {
  try {
    const secret = readUtf8(readFileSync(file)).trim();
    if (secret !== '') return secret;
  } catch (error) {
    const why = (error instanceof NotUtf8 ? '' : errorCode(error)) || (error as Error).message;
    throw new CommandFailed(`No ${what}: ${file} cannot be read (${why}). Give one with --${what}-file.`);
  }
  throw new CommandFailed(`No ${what}: ${file} is empty. Write it there, or give another file with --${what}-file.`);
}
