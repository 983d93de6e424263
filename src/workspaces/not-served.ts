import { type Caller, UltronexError } from '../domain/errors.ts';

/** Slack cannot be asked about a workspace: no key of TOKEN_KEYS opens its token. */
export class NotServed extends UltronexError {
  override readonly code = 'ERR_NOT_SERVED';
  override readonly status = 503;
  override readonly retryable = true;
  override readonly retryAfterSeconds = 60;

  constructor(team: string) {
    super(
      `The token of the workspace ${team} does not open: TOKEN_KEYS lacks its key, which GET /ultronex/workspaces names. Put that key back and restart.`,
    );
  }

  override get isLogged(): boolean {
    return true;
  }

  override told(caller: Caller): string {
    if (caller.isOperator) return this.message;
    return 'This workspace is not served at the moment: the operator of this server has to restore its connection to Slack. Tell them, and try again later.';
  }
}
