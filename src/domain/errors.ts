/**
 * What can go wrong, as classes. `code` is for programs, `message` for people: it names the value and the remedy.
 * `status` is the HTTP status a caller sees; `retryable` says whether the same request may succeed later.
 */
export class UltronexError extends Error {
  readonly code: string = 'ERR_ULTRONEX';
  readonly status: number = 500;
  readonly retryable: boolean = false;
  /** When it may be tried again; absent: five seconds for a 503. */
  readonly retryAfterSeconds?: number;
  override readonly name: string = this.constructor.name;
}

/** The store cannot write now: disk full, read-only, gone. Nothing was accepted. */
export class StoreUnavailable extends UltronexError {
  override readonly code = 'ERR_STORE_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryable = true;
}

/** The request's shape or a value in it is wrong. `field` is a JSON pointer-like path such as `msg.text`. */
export class InvalidRequest extends UltronexError {
  override readonly code: string = 'ERR_INVALID_REQUEST';
  override readonly status: number = 422;
  readonly field: string;
  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}

/** A pattern that cannot be run in linear time or does not parse; the message is the reason. */
export class PatternRefused extends InvalidRequest {
  override readonly code = 'ERR_PATTERN_REFUSED';
  constructor(message: string, options?: ErrorOptions) {
    super('pattern', message, options);
  }
}

/** An `Idempotency-Key` that was used before with another message. */
export class IdempotencyConflict extends InvalidRequest {
  override readonly code = 'ERR_IDEMPOTENCY_CONFLICT';
}

/** No such delivery, subscription, file … */
export class NotFound extends UltronexError {
  override readonly code = 'ERR_NOT_FOUND';
  override readonly status = 404;
}

/** The thing exists but its state does not allow this, for example editing a failed delivery. */
export class WrongState extends UltronexError {
  override readonly code = 'ERR_WRONG_STATE';
  override readonly status = 409;
}
