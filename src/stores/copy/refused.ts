import { errorCode } from '../../lib/error-code.ts';
import { asStoreError, remedyOf } from '../postgres/store-error.ts';

/** A store cannot be copied; the message has the reason and the remedy. Nothing was changed. */
export class CopyRefused extends Error {
  override readonly name = 'CopyRefused';
}

/** Returns an error of PostgreSQL as CopyRefused with the place and the remedy, and any other unchanged. */
export function asRefusal(error: unknown, place: string): unknown {
  if (error instanceof CopyRefused) return error;
  const code = errorCode(error);
  const { message } = error as Error;
  const own = remedies[code];
  if (own !== undefined) return new CopyRefused(`${place}: ${message}. ${own}; nothing was changed.`, { cause: error });
  const remedy = remedyOf(error);
  if (remedy !== null || asStoreError(error) !== error) {
    const reason = code === '' ? message.replace(/\.$/, '') : code;
    return new CopyRefused(
      `${place} cannot be used (${reason}). ${remedy ?? 'Look at its server'}; nothing was changed.`,
      {
        cause: error,
      },
    );
  }
  // SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (/^[0-9A-Z]{5}$/.test(code)) {
    return new CopyRefused(`${place}: ${message} (${code}); nothing was changed.`, { cause: error });
  }
  return error;
}

const remedies: Readonly<Record<string, string>> = {
  '23505': 'Two rows of the source would be one there: delete one of them',
  '42501': 'Let the user of the address create there: GRANT CREATE ON DATABASE … TO …',
  '55P03': 'Another program starts or copies there: try again when it has ended',
};
