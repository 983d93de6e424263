import { UltronexError } from '../domain/errors.ts';

/**
 * `key`: the key is refused. `limit`: no requests are left for now. `gone`: there is no such app for this account.
 * `forbidden`: the key may not read this. `unavailable`: no usable answer.
 */
export const failureKinds = ['key', 'limit', 'gone', 'forbidden', 'unavailable'] as const;
export type FailureKind = (typeof failureKinds)[number];

/** Heroku’s API refused a request or gave no usable answer; the message is a sentence with the reason. */
export class HerokuFailed extends UltronexError {
  override readonly code = 'ERR_HEROKU_FAILED';
  override readonly status = 502;
  override readonly retryable = true;
  readonly kind: FailureKind;
  /** Heroku’s `Request-Id`, for its support; '' without one. */
  readonly requestId: string;
  /** Null: Heroku gave no answer, or one that cannot be read. */
  readonly answer: Refusal | null;
  constructor(kind: FailureKind, message: string, requestId = '', options: ErrorOptions & { answer?: Refusal } = {}) {
    super(message, options);
    this.kind = kind;
    this.requestId = requestId;
    this.answer = options.answer ?? null;
  }
}

/** An error of Heroku’s API: status 402, id `delinquent`. */
export interface Refusal {
  status: number;
  id: string;
  /** Heroku’s message on one line, cut and without secrets; '' without one. */
  said: string;
}

/** A request that changes something was sent, and no usable answer came: nobody can tell whether Heroku did it. */
export class AnswerLost extends HerokuFailed {}

/** The program stops, so the request was aborted. */
export class ClientClosed extends Error {}
