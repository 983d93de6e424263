import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { errorCode } from '../../lib/error-code.ts';
import { CommandFailed } from '../command.ts';

export type Env = Record<string, string>;

/** The text of a `.env`; null: there is none. */
export function readEnvFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw new CommandFailed(`${file} cannot be read: ${(error as Error).message}`);
  }
}

/** What `node --env-file` reads from it. */
export function parseEnvFile(text: string): Env {
  return parseEnv(text) as Env;
}

/** Settings whose value Node cuts at a # and Compose does not: `PASSWORD=correct#horse`. */
export function cutValues(text: string): string[] {
  return [...text.matchAll(/^[ \t]*(?:export[ \t]+)?(\w+)[ \t]*=[ \t]*[^\s'"`#](?:[^\n#]*[^\s#])?#/gm)].map(
    ([, name = '']) => name,
  );
}

/** The file that gives `node --env-file` exactly these values back. */
export function envFile(values: Readonly<Env>): string {
  const lines = Object.entries(values).map(([name, value]) => {
    const line = quote(name, value);
    if (line === null) throw new CommandFailed(`${name} cannot be written: it mixes kinds of quotes.`);
    return `${line}\n`;
  });
  return lines.join('');
}

/**
 * The format has three kinds of quotes and no way to write one inside of its own; between double ones \n is a line
 * break. So each way is tried, with the reader itself as the judge; null: there is none.
 */
export function quote(name: string, value: string): string | null {
  const ways = [`'${value}'`, `\`${value}\``, `"${value}"`, value].map((written) => `${name}=${written}`);
  // The line after it must be read as well: an open quote would swallow that.
  return (
    ways.find((way) => {
      const read = parseEnv(`${way}\nAFTER=it\n`);
      return read[name] === value && read.AFTER === 'it' && Object.keys(read).length === 2;
    }) ?? null
  );
}
