import { AccessRefused, UltronexError } from '../../domain/errors.ts';

/** As many runs wait as may wait. Nothing was accepted. */
export class JobsFull extends UltronexError {
  override readonly code = 'ERR_JOBS_FULL';
  override readonly status = 429;
  override readonly retryable = true;
  override readonly retryAfterSeconds = 10;
}

/** The caller's role or token does not allow this job. */
export class NotAllowed extends AccessRefused {
  override readonly code = 'ERR_JOB_NOT_ALLOWED';
}

/** The target of the job is not configured. */
export class TargetOff extends UltronexError {
  override readonly code = 'ERR_JOB_TARGET_OFF';
  override readonly status = 403;
}
