import { StoreUnavailable } from '../../domain/errors.ts';
import { errorCode } from '../../lib/error-code.ts';
import { FileUnreadable } from './tls.ts';

/** The remedy when the server does not answer. */
export const look = 'Look whether the server of DATABASE_URL runs and can be reached';

/** Classes of errors for which the server or the way to it is to blame (postgresql.org/docs/current/errcodes-appendix.html), each with the remedy. */
const remedies: readonly [code: RegExp, remedy: string][] = [
  [/^28/, 'Correct the user and the password in DATABASE_URL'],
  [/^42501/, 'Give the user of DATABASE_URL its rights on the schema and its tables'],
  [/^3D000/, 'Create the database that DATABASE_URL names, or correct its name'],
  [/^53100/, 'Free disk space on the server of the database'],
  [/^53300/, 'Let the server take more connections (max_connections), or run fewer instances'],
  [/^(08|25006|53|55P03|57|58|XX)/, 'Look at the server and its log'],
  [/^(EAI_AGAIN|ENOTFOUND)/, 'Correct the host name in DATABASE_URL'],
  [/^(ECONN|EPIPE|ETIMEDOUT|EHOST|ENET|EAI)/, look],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)/, 'Renew the certificate of the server, and look whether the clocks are right'],
  [
    /CERT|SELF_SIGNED|^ERR_TLS|^DEPTH_ZERO|UNABLE_TO/,
    'Give the certificate of its authority in DATABASE_CA, or the path of its file as sslrootcert in DATABASE_URL',
  ],
];

const noTls =
  'Turn TLS on at the server (ssl = on), or write sslmode=disable in DATABASE_URL where the connection stays in your network';
const tlsWanted =
  'Write ?sslmode=verify-full in DATABASE_URL, or let the server (pg_hba.conf) take this login without encryption';

/** Codes that only say something to those who look them up, in words. */
const words: readonly [code: RegExp, what: string][] = [
  [/^28P01/, 'wrong user or password'],
  [/^28/, 'the user is refused'],
  [/^3D000/, 'the database does not exist'],
  [/^42501/, 'a right is missing'],
  [/^53100/, 'the disk is full'],
  [/^53300/, 'too many connections'],
  [/^ERR_TLS_CERT_ALTNAME_INVALID/, 'the certificate is for another host name'],
  [/^CERT_HAS_EXPIRED/, 'the certificate has expired'],
  [/SELF_SIGNED|^UNABLE_TO/, 'the certificate is of an authority that is not known'],
];

/** Errors of the client that have no code. */
const withoutCode =
  /^(Query read timeout|timeout exceeded when trying to connect|Connection terminated|Client (has encountered|was closed)|The server does not support SSL|There was an error establishing an SSL|timeout expired)/;

/** Nothing says whether the transaction was committed: the answer to its COMMIT was lost. */
export class OutcomeUnknown extends Error {
  override readonly name = 'OutcomeUnknown';
}

/** Unique keys that `adopt` may meet when another instance has written the same key since it looked. */
const adopted = ['lanes_team_kind_address_key', 'events_pkey', 'incidents_open'];

/**
 * Returns whether another transaction was in the way, so that the same one may succeed when it is run again. That a delivery has no
 * lane means that the lane was deleted or given to another team since it was looked up.
 */
export function isConflict(error: unknown): boolean {
  const code = errorCode(error);
  const { column, constraint = '' } = error as { column?: string; constraint?: string };
  if (code === '23502') return column === 'lane';
  if (code === '23505') return adopted.includes(constraint);
  return /^40(P01|001)$/.test(code);
}

/** Returns whether the server is a standby: another one takes the writes, which a new connection may reach. */
export const isElsewhere = (error: unknown): boolean => errorCode(error) === '25006';

/** Returns whether the connection is lost or does not answer, so that nobody knows what became of what was sent last. */
export function isLost(error: unknown): boolean {
  const code = errorCode(error);
  if (code === '') return withoutCode.test((error as Error).message);
  return /^(08|57P0|E[A-Z]+$)/.test(code);
}

/** Returns an error for which the database is to blame as StoreUnavailable with the remedy, and any other unchanged. */
export function asStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailable) return error;
  if (error instanceof OutcomeUnknown) {
    return new StoreUnavailable(
      'The connection to the database was lost while it was written, so it is unknown whether this was accepted. Send it again with the same Idempotency-Key: it acts once.',
      { cause: error },
    );
  }
  const remedy = remedyOf(error);
  return remedy === null ? error : unavailable(reasonOf(error), remedy, error);
}

/** Returns what is wrong: the code of an error, with words where it has no meaning by itself, or its text if it has no code. */
export function reasonOf(error: unknown): string {
  const code = errorCode(error);
  if (code === '') return (error as Error).message.replace(/\.$/, '');
  const known = words.find(([codes]) => codes.test(code));
  return known === undefined ? code : `${known[1]}, ${code}`;
}

/** Returns what to do about an error for which the database is to blame; null for any other. */
export function remedyOf(error: unknown): string | null {
  const { message } = error as Error;
  const code = errorCode(error);
  if (code === '' && message.startsWith('SASL')) return 'Correct the user and the password in DATABASE_URL';
  if (error instanceof FileUnreadable)
    return 'Correct the path in DATABASE_URL, let the program read that file, or give its text in DATABASE_CA';
  if (code === '' && message.startsWith('The server does not support SSL')) return noTls;
  if (code === '' && withoutCode.test(message)) return look;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return otherHost(error as { cert?: { subjectaltname?: string } });
  if (code === '28000' && message.endsWith('no encryption')) return tlsWanted;
  return remedies.find(([codes]) => codes.test(code))?.[1] ?? null;
}

/** The names that the certificate has come from the server, so a few are enough. */
function otherHost({ cert }: { cert?: { subjectaltname?: string } }): string {
  const names = cert?.subjectaltname?.slice(0, 200);
  return `Write the host name that the certificate has in DATABASE_URL${names === undefined ? '' : ` (${names})`}`;
}

const unavailable = (what: string, remedy: string, cause: unknown): StoreUnavailable =>
  nothingAccepted(`The database cannot be used (${what}). ${remedy}`, cause);

/** @param text why, and the remedy, without the last full stop */
export const nothingAccepted = (text: string, cause?: unknown): StoreUnavailable =>
  new StoreUnavailable(`${text}; nothing was accepted.`, {
    ...(cause !== undefined && { cause }),
    details: { toReader: `${text}.`, outcome: 'refused' },
  });
