import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { UltronexError } from '../domain/errors.ts';
import type { HttpDeps } from './deps.ts';
import { createLoginQueue } from './login-queue.ts';
import { createWrongLogins, sourceOf } from './wrong-logins.ts';

/** Too many wrong passwords from one address, or too many at once. Logins that were right before pass all the same. */
class TooManyLogins extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_LOGINS';
  override readonly status = 429;
  /** As Fastify's plugins read it. */
  readonly statusCode = 429;
  override readonly retryable = true;
  override readonly retryAfterSeconds: number;
  constructor(message: string, retryAfterMs: number) {
    super(message);
    this.retryAfterSeconds = Math.max(1, Math.ceil(retryAfterMs / 1_000));
  }
}

/** Callers with the right password write it in few ways; more than these are checked anew each time. */
const mostRemembered = 8;

/** Needs @fastify/basic-auth, which reads the header and calls `validate`. */
export function createLoginCheck({ login, metrics, clock }: Pick<HttpDeps, 'login' | 'metrics' | 'clock'>) {
  const wrongLogins = createWrongLogins(clock);
  const queue = createLoginQueue();
  /** Requests of one caller that come together share one check. */
  const underWay = new Map<string, Promise<Error | undefined>>();

  async function check(source: string, username: string, password: string): Promise<Error | undefined> {
    const outcome = await queue.check(source, wrongLogins.of(source), async () => login(username, password));
    if (outcome === 'right') return undefined;
    if (outcome === 'busy')
      return new TooManyLogins('Too many logins are being checked; try again in a second.', 1_000);
    return new Error('Wrong user name or password.');
  }

  async function validate(username: string, password: string, request: FastifyRequest): Promise<Error | undefined> {
    const source = sourceOf(request.ip);
    const lockedMs = wrongLogins.lockedMs(source);
    if (lockedMs > 0) {
      return new TooManyLogins('Too many wrong passwords from this address; logins are refused for a while.', lockedMs);
    }
    const key = `${source} ${request.headers.authorization}`;
    let running = underWay.get(key);
    if (running === undefined) {
      running = check(source, username, password).finally(() => underWay.delete(key));
      underWay.set(key, running);
    }
    const failure = await running;
    if (failure !== undefined && !(failure instanceof TooManyLogins)) {
      metrics.authFailures.inc();
      wrongLogins.count(source);
    }
    return failure;
  }

  return { validate };
}

/**
 * The header that was right passes without a second check: a script that posts often pays neither scrypt's 30 ms nor
 * the decoding each time, and no flood of wrong ones delays it. Compared in constant time, as bytes: their SHA-256 takes
 * 12 µs, a third of what a request takes.
 */
export function rememberLogin(check: FastifyInstance['basicAuth']): onRequestHookHandler {
  const known: Buffer[] = [];
  return function checkLogin(this: FastifyInstance, request: FastifyRequest, reply: FastifyReply, done) {
    const { authorization } = request.headers;
    if (authorization === undefined) return check.call(this, request, reply, done);
    const given = Buffer.from(authorization);
    for (const right of known) {
      if (given.length === right.length && timingSafeEqual(given, right)) return done();
    }
    check.call(this, request, reply, (error) => {
      if (error === undefined) {
        known.unshift(given);
        if (known.length > mostRemembered) known.pop();
      }
      done(error);
    });
  };
}
