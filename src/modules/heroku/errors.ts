import { UltronexError } from '../../domain/errors.ts';

/** A webhook of Heroku has neither the right signature nor a login. */
export class WebhookRefused extends UltronexError {
  override readonly code = 'ERR_HEROKU_WEBHOOK_REFUSED';
  override readonly status = 401;
}
