import { errorCode } from '../../../lib/error-code.ts';
import { errorMessage } from '../../../lib/error-message.ts';

/** Why Redis cannot be used, and what to do. For people, without a full stop and without the password. */
export interface Trouble {
  reason: string;
  remedy: string;
}

/** The name of the client's errors for an answer that is no RESP. */
const notRedis = 'ParserError';

/** Returns whether the server refused the database that the address names. Only connecting sends SELECT. */
export const isDatabaseRefused = (error: unknown): boolean =>
  (error as { command?: { name?: string } }).command?.name === 'select';

/** @param url REDIS_URL */
export function troubleOf(error: unknown, url: string): Trouble {
  const isTls = url.startsWith('rediss:');
  const { name = '' } = error as { name?: string };
  const [code, message] = [errorCode(error), errorMessage(error)];
  if (name === notRedis) {
    return {
      reason: 'it does not answer as a Redis',
      remedy: isTls
        ? 'Correct host and port in REDIS_URL'
        : 'Correct host and port in REDIS_URL, or write rediss:// if it speaks TLS',
    };
  }
  if (isTls && code === 'ETIMEDOUT') return withoutTls('no answer to TLS');
  if (isTls && /^(ERR_SSL_|EPROTO|ECONNRESET)/.test(code)) return withoutTls('it answers, but not with TLS');
  const reason = message === '' ? code || name : message;
  if (/NOAUTH/.test(message)) return { reason, remedy: 'Set REDIS_PASSWORD, or write the password into REDIS_URL' };
  if (isDatabaseRefused(error)) return withoutDatabase(reason, url);
  if (/WRONGPASS|AUTH/.test(message)) return { reason, remedy: 'Correct the password in REDIS_URL or REDIS_PASSWORD' };
  return { reason, remedy: 'Start it, or correct REDIS_URL' };
}

export const withoutTls = (reason: string): Trouble => ({
  reason,
  remedy: 'Start it, or correct REDIS_URL; if it speaks no TLS, write redis://',
});

function withoutDatabase(reason: string, url: string): Trouble {
  const database = `database ${new URL(url).pathname.slice(1)}: ${reason}`;
  if (/^NOPERM/.test(reason)) {
    return {
      reason: database,
      remedy: 'Allow the user SELECT in its ACL (+select), or leave the number out of REDIS_URL',
    };
  }
  return { reason: database, remedy: 'Write the number of a database that it has into REDIS_URL, or leave it out' };
}
