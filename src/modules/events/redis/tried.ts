import type { BotFault } from '../../../domain/unserved-bot.ts';
import { sha256 } from '../../../lib/sha256.ts';

/** Faults that stay until the entry of the hash is another one. */
const lasting: ReadonlySet<BotFault> = new Set(['entry', 'token', 'team', 'app']);

/** How the last attempt with each field of the hash ended: Slack is not asked again and again for a token that it refused. */
export function createTried() {
  /** `fault` is null if the bot is served. */
  const tried = new Map<string, { digest: string; fault: BotFault | null }>();
  return {
    began: (field: string, entry: string) => void tried.set(field, { digest: sha256(entry), fault: null }),
    refused(field: string, fault: BotFault): void {
      const known = tried.get(field);
      if (known !== undefined) known.fault = fault;
    },
    forget: (field: string) => void tried.delete(field),
    /** Forgets the fields that the hash has no more. */
    keepOnly(isField: (field: string) => boolean): void {
      for (const field of tried.keys()) if (!isField(field)) tried.delete(field);
    },
    /** Whether another attempt may have another result. */
    isOpen(field: string, entry: string, isRegistered: boolean): boolean {
      const last = tried.get(field);
      if (last === undefined || last.digest !== sha256(entry)) return true;
      return last.fault === null ? !isRegistered : !lasting.has(last.fault);
    },
  };
}
