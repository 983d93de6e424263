import { UltronexError } from '../../domain/errors.ts';

/** Control of containers is off, or its service does not answer. */
export class ControlOff extends UltronexError {
  override readonly code = 'ERR_CONTROL_OFF';
  override readonly status = 403;
}

/** This action is not allowed on this container, since the stack depends on it. */
export class ContainerProtected extends UltronexError {
  override readonly code = 'ERR_CONTAINER_PROTECTED';
  override readonly status = 409;
}

/** The audit log cannot be written, so nothing is done. */
export class AuditUnavailable extends UltronexError {
  override readonly code = 'ERR_AUDIT_UNAVAILABLE';
  override readonly status = 503;
  override readonly retryable = true;
}

/** Too many shells or logs are open. */
export class TooManyOpen extends UltronexError {
  override readonly code = 'ERR_TOO_MANY_OPEN';
  override readonly status = 429;
  override readonly retryable = true;
}
