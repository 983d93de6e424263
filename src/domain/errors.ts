/** Who sent a request, as far as a message depends on it. */
export interface Caller {
  /** False for the token of another workspace, and for those without a login. */
  isOperator: boolean;
  /** The request only reads: a GET or HEAD. */
  isReader: boolean;
}

/**
 * Base class of the program's errors. `code` is for programs; `message` is for people and names the value and the remedy.
 * `status` is the HTTP status; `retryable` says whether the same request may succeed later.
 */
export class UltronexError extends Error {
  readonly code: string = 'ERR_ULTRONEX';
  readonly status: number = 500;
  readonly retryable: boolean = false;
  /** Value of the header Retry-After. Absent: five seconds for a 503, none otherwise. */
  readonly retryAfterSeconds?: number;
  override readonly name: string = this.constructor.name;

  /** Whether it was logged when it began, so that a request does not log it again. */
  get isLogged(): boolean {
    return false;
  }

  /** Returns the message for a caller. Details that are for the operator go to nobody else. */
  told(_caller: Caller): string {
    return this.message;
  }
}

/** The store cannot write: disk full, read-only, missing. Nothing was accepted. */
export class StoreUnavailable extends UltronexError {
  override readonly code = 'ERR_STORE_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryable = true;
  readonly #details: StoreDetails | undefined;

  /** Without `details` the message is fit for every caller. */
  constructor(message: string, { details, ...options }: ErrorOptions & { details?: StoreDetails } = {}) {
    super(message, options);
    this.#details = details;
  }

  override told({ isOperator, isReader }: Caller): string {
    if (this.#details === undefined) return this.message;
    const { toReader, outcome } = this.#details;
    if (isOperator) return isReader ? toReader : this.message;
    const away = 'The store of this server does not answer at the moment';
    if (isReader || outcome === null) return `${away}. Try again.`;
    return outcome === 'refused'
      ? `${away}; nothing was accepted. Try again.`
      : `${away}, so it is unknown whether the change was made.`;
  }
}

/** Makes the message of a StoreUnavailable, which names settings and the state of the server, one for the operator alone. */
export interface StoreDetails {
  /** The message without the outcome, which is about changes. */
  toReader: string;
  /** Whether a change was refused, or may have been made; null: the message does not say. */
  outcome: 'refused' | 'unknown' | null;
}

/** Returns whether the store is why something failed, so that the next one would wait for it and fail, too. */
export const isStoreAway = (error: unknown): error is StoreUnavailable => error instanceof StoreUnavailable;

/** The request's shape or a value in it is wrong. `field` is its path, such as `msg.text`. */
export class InvalidRequest extends UltronexError {
  override readonly code: string = 'ERR_INVALID_REQUEST';
  override readonly status: number = 422;
  readonly field: string;
  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

/** A value in the query of the address is wrong. */
export class InvalidQuery extends InvalidRequest {}

/** A pattern that cannot be run in linear time or does not parse; the message is the reason. */
export class PatternRefused extends InvalidRequest {
  override readonly code = 'ERR_PATTERN_REFUSED';
  constructor(message: string, options?: ErrorOptions) {
    super('pattern', message, options);
  }
}

/** The `Idempotency-Key` was used before with another message. */
export class IdempotencyConflict extends InvalidRequest {
  override readonly code = 'ERR_IDEMPOTENCY_CONFLICT';
}

/** The delivery, subscription, file or other object does not exist. */
export class NotFound extends UltronexError {
  override readonly code = 'ERR_NOT_FOUND';
  override readonly status = 404;
}

/** The object exists, but its state does not allow this: for example an edit of a failed delivery. */
export class WrongState extends UltronexError {
  override readonly code = 'ERR_WRONG_STATE';
  override readonly status = 409;
}

/** The caller is known, but may not do this. Such refusals are in the audit log. */
export class AccessRefused extends UltronexError {
  override readonly code: string = 'ERR_ACCESS_REFUSED';
  override readonly status = 403;
}

/** A page of another site requested this, with the login that the browser has stored. */
export class CrossSite extends UltronexError {
  override readonly code = 'ERR_CROSS_SITE';
  override readonly status = 403;
}
