import type { SendOutcome } from '../ports/sender.ts';

/** Tries of a change (edit or deletion) before it is given up. */
export const changeAttempts = 8;

/** Tries of a file before it is left out. The next file and the next message wait for it. */
export const uploadAttempts = 5;

/** Returns the code of a failure with Slack's detail: `missing_scope: needed chat:write`. */
export function errorText({ error, detail }: Exclude<SendOutcome<unknown>, { kind: 'sent' }>): string {
  return detail === undefined ? error : `${error}: ${detail}`;
}
