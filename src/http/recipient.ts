import { InvalidRequest, UltronexError } from '../domain/errors.ts';
import type { FindPerson } from '../ports/recipients.ts';

/** Slack cannot be reached to look up a person. */
class RecipientUnknown extends UltronexError {
  override readonly code = 'ERR_RECIPIENT_UNKNOWN';
  override readonly status = 503;
  override readonly retryable = true;
}

/**
 * Returns the recipient of a message: `#name`, or the id of a channel or user.
 * @param written as the caller wrote it: also `@ada`, `ada@example.com`, `<@U1>`, `<#C1|ops>`
 * @throws InvalidRequest with the remedy, RecipientUnknown
 */
export function recipientOf(written: string, field: string, findPerson: FindPerson): string | Promise<string> {
  const [, id] = /^<[@#]([A-Z0-9]+)(?:\|[^>]*)?>$/.exec(written) ?? [];
  if (id !== undefined) return id;
  if (/[,;]/.test(written)) {
    throw new InvalidRequest(field, `${field} "${written}" names several; a message has one: send it once for each`);
  }
  if (/^[#@]+$/.test(written) || /[<>|\p{Cc}]/u.test(written)) {
    throw new InvalidRequest(field, `${field} "${written}" is neither a channel nor a person`);
  }
  // Most messages name a channel and need no look-up; they do not wait for a promise.
  return written.includes('@') ? personOf(written, field, findPerson) : written;
}

async function personOf(written: string, field: string, findPerson: FindPerson): Promise<string> {
  const found = await findPerson(written);
  if (found.kind === 'found') return found.id;
  if (found.kind === 'unavailable') throw new RecipientUnknown(`${field} "${written}": ${found.reason}.`);
  throw new InvalidRequest(field, `${field} "${written}": ${found.reason}`);
}
