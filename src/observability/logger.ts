import pino, { type Logger, type LoggerOptions } from 'pino';
import { cut } from '../domain/cut.ts';
import { redact } from '../lib/redact.ts';

/** Longer messages and stacks are cut: log stores refuse very long lines. */
const errorCharacters = 8_000;
/** Depth of the chain of causes that is logged. */
const mostCauses = 5;

export interface LogOptions {
  level: string;
  environment: string;
  lokiUrl?: string;
}

/** Returns a logger that writes JSON lines to stdout, without secrets; with `lokiUrl` also to Loki. */
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
          // pino-loki silently drops the oldest lines above 10,000 per interval; with 0.5 s that is 20,000 lines a
          // second. It never retries; stdout has every line (docs/runbook.md, "Logs").
          options: { host, basicAuth, interval: 0.5, labels: { service_name: 'ultronex', environment } },
        },
      ],
    }),
  );
}

/** Separates the login from the address, since `fetch` refuses an address with a login. */
function lokiOf(written: string): { host: string; basicAuth?: { username: string; password: string } } {
  const url = new URL(written);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  if (username === '' && password === '') return { host: url.href };
  return { host: url.href, basicAuth: { username: decode(username), password: decode(password) } };
}

/** Decodes percent escapes; a text with an invalid one is returned unchanged. */
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
