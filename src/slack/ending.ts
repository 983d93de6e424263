import { type Json, list, object } from './json.ts';

/** Events that tell of the end of an installation. */
export type Ending = 'app_uninstalled' | 'tokens_revoked';

/** Returns how the installation ended by an event; null: it did not. Tokens of users may be revoked while the bot's stays. */
export function endingOf({ type, tokens }: Json): Ending | null {
  if (type === 'app_uninstalled') return type;
  return type === 'tokens_revoked' && list(object(tokens)?.bot).length > 0 ? type : null;
}
