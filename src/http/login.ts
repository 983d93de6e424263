import type { FastifyRequest } from 'fastify';
import { UltronexError } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { HttpDeps } from './deps.ts';
import { createLoginQueue } from './login-queue.ts';
import { createWrongLogins, sourceOf } from './wrong-logins.ts';

/** Too many wrong passwords from one address, or too many checks at once. Remembered logins are not affected. */
class TooManyLogins extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_LOGINS';
  override readonly status = 429;
  /** The name under which Fastify's plugins read the status. */
  readonly statusCode = 429;
  override readonly retryable = true;
  override readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  }
}

export interface LoginCheck {
  /** For @fastify/basic-auth, which parses the header. Sets `request.principal`; resolves with the reason of a refusal. */
  validate(username: string, password: string, request: FastifyRequest): Promise<Error | undefined>;
  /** Returns the refusal of an address that had too many wrong passwords and tokens; undefined if it may try. */
  locked(request: FastifyRequest): TooManyLogins | undefined;
  countWrong(request: FastifyRequest): void;
}

/** Limits, checks and counts logins. */
export function createLoginCheck({
  people,
  metrics,
  clock,
}: Pick<HttpDeps, 'people' | 'metrics' | 'clock'>): LoginCheck {
  const wrongLogins = createWrongLogins(clock);
  const queue = createLoginQueue();
  /** Concurrent requests with the same header share one check. */
  const underWay = new Map<string, Promise<Principal | Error>>();

  async function check(source: string, username: string, password: string): Promise<Principal | Error> {
    const found = await queue.check(source, wrongLogins.of(source), async () => people.verify(username, password));
    if (found === 'busy') return new TooManyLogins('Too many logins are being checked; try again in a second.', 1_000);
    return found ?? new Error('Wrong user name or password.');
  }

  function locked(request: FastifyRequest): TooManyLogins | undefined {
    const lockedMs = wrongLogins.lockedMs(sourceOf(request.ip));
    if (lockedMs === 0) return undefined;
    return new TooManyLogins('Too many wrong passwords from this address; logins are refused for a while.', lockedMs);
  }

  function countWrong(request: FastifyRequest): void {
    metrics.authFailures.inc();
    wrongLogins.count(sourceOf(request.ip));
  }

  async function validate(username: string, password: string, request: FastifyRequest): Promise<Error | undefined> {
    const refusal = locked(request);
    if (refusal !== undefined) return refusal;
    const source = sourceOf(request.ip);
    const key = `${source} ${request.headers.authorization}`;
    let running = underWay.get(key);
    if (running === undefined) {
      running = check(source, username, password).finally(() => underWay.delete(key));
      underWay.set(key, running);
    }
    const found = await running;
    if (found instanceof Error) {
      if (!(found instanceof TooManyLogins)) countWrong(request);
      return found;
    }
    request.principal = found;
    return undefined;
  }

  return { validate, locked, countWrong };
}
