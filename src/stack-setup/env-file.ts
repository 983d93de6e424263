import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errorCode } from '../lib/error-code.ts';
import { SetupFailed } from './setup-failed.ts';

export type Env = Record<string, string>;

/** Returns the text of a `.env`, or null if there is none. @throws SetupFailed when it cannot be read */
export function readEnvFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new SetupFailed(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Parses a `.env` as `node --env-file` does. */
export function parseEnvFile(text: string): Env {
  return parseEnv(text) as Env;
}

/** Returns the settings whose value Node would cut at a # (Compose does not): `PASSWORD=correct#horse`. */
export function cutValues(text: string): string[] {
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*[^\s'"`#](?:[^\n#]*[^\s#])?#/gm)].map(
    ([, name = '']) => name,
  );
}

/** Returns a file from which `node --env-file` reads exactly these values. @throws SetupFailed */
export function envFile(values: Readonly<Env>): string {
  const lines = Object.entries(values).map(([name, value]) => {
    const line = quote(name, value);
    if (line === null) throw new SetupFailed(`${name} cannot be written: it mixes kinds of quotes.`);
    return `${line}\n`;
  });
  return lines.join('');
}

/**
 * Quotes a value for a `.env`; returns null if that is impossible. The format has three kinds of quotes and no escapes but
 * \n in double quotes. So each kind is tried, and Node's parser decides whether it gives the same value.
 */
export function quote(name: string, value: string): string | null {
  const ways = [`'${value}'`, `\`${value}\``, `"${value}"`, value].map((written) => `${name}=${written}`);
  // The next line must be parsed as well: an unclosed quote would swallow it.
  return (
    ways.find((way) => {
      const read = parseEnv(`${way}\nAFTER=it\n`);
      return read[name] === value && read.AFTER === 'it' && Object.keys(read).length === 2;
    }) ?? null
  );
}
