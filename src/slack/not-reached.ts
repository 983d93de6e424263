import { UltronexError } from '../domain/errors.ts';

/** Slack did not answer. */
export class SlackNotReached extends UltronexError {
  override readonly code = 'ERR_SLACK_NOT_REACHED';
  override readonly status = 503;
  override readonly retryable = true;
}
