import pino, { type Logger, type LoggerOptions } from 'pino';
import { cut } from '../domain/cut.ts';
import { redact } from '../lib/redact.ts';

/** Longer messages and stacks are cut, so that no error makes a line that log stores refuse. */
const errorCharacters = 8_000;
/** Errors that caused one another. */
const mostCauses = 5;

export interface LogOptions {
  level: string;
  environment: string;
  lokiUrl?: string;
}

/** One JSON line an event on stdout; tokens never. With `lokiUrl` the lines go to Loki as well. */
export function createLogger({ level, environment, lokiUrl }: LogOptions): Logger {
  const options: LoggerOptions = {
    level,
    base: { service: 'ultronex', environment },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['token', 'password', 'authorization', '*.token', '*.password', '*.authorization', 'headers.cookie'],
      censor: '[redacted]',
    },
    serializers: { err: (error: unknown) => serializeError(error) },
    hooks: {
      logMethod(args, method) {
        for (const [index, each] of args.entries()) if (typeof each === 'string') args[index] = redact(each) as never;
        method.apply(this, args);
      },
    },
  };
  if (lokiUrl === undefined) return pino(options, pino.destination({ dest: 1, sync: false }));
  const { host, basicAuth } = lokiOf(lokiUrl);
  return pino(
    options,
    pino.transport({
      targets: [
        { target: 'pino/file', options: { destination: 1 }, level },
        {
          target: 'pino-loki',
          level,
          // pino-loki drops the oldest of more than 10,000 lines an interval without a word; at 0.5 s that is
          // 20,000 lines a second. It never retries: stdout has every line (docs/runbook.md, "Logs").
          options: { host, basicAuth, interval: 0.5, labels: { service_name: 'ultronex', environment } },
        },
      ],
    }),
  );
}

/** `fetch` refuses an address that has a login in it. */
function lokiOf(written: string): { host: string; basicAuth?: { username: string; password: string } } {
  const url = new URL(written);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { host: url.href };
  return { host: url.href, basicAuth: { username: decode(username), password: decode(password) } };
}

/** A `%` that encodes nothing was meant as it stands. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function serializeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return redact(cut(String(error), errorCharacters));
  const { code } = error as { code?: string };
  const cause = error.cause === undefined || depth >= mostCauses ? undefined : serializeError(error.cause, depth + 1);
  const [message, stack] = [error.message, error.stack ?? ''].map((text) => redact(cut(text, errorCharacters)));
  return { type: error.name, code, message, stack, cause };
}
