import type { AuditEntry as StoredEntry } from '../../domain/audit.ts';
import type { Actor } from '../../domain/principal.ts';
import type { AuditStore } from '../../ports/audit-store.ts';
import { AuditUnavailable } from './errors.ts';

/** The user of an action. `from`: an IP address, or a channel of Slack. */
export interface Asker {
  actor: Actor;
  from: string;
  /** '' without an HTTP request. */
  requestId: string;
}

export const outcomes = ['begun', 'done', 'failed', 'refused'] as const;
export type AuditOutcome = (typeof outcomes)[number];

/** An action in the audit log. It has an entry with `begun` before it runs, and another one with the same id at its end. */
export interface AuditEntry extends Asker {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  action: string;
  container: string;
  outcome: AuditOutcome;
  /** Why it failed or was refused; '' on success. */
  detail: string;
}

export interface Audit {
  /** Resolves when the entry is on disk. @throws AuditUnavailable */
  append(entry: AuditEntry): Promise<void>;
  /** Returns the newest entries, newest first; one for each action, with its outcome. */
  newest(limit: number): Promise<AuditEntry[]>;
}

/** Beginning of the module's actions in the program's audit log: `container restart`. */
const prefix = 'container ';
/** The most pages that are read for one list: the log has entries of others between. */
const mostPages = 4;

/** Returns the module's part of the program's audit log. */
export function createAudit(store: AuditStore): Audit {
  return {
    append: ({ from, action, container, ...entry }) =>
      store.writeAudit({ ...entry, source: from, action: prefix + action, target: container }).catch((error: Error) => {
        throw new AuditUnavailable(`The audit log cannot be written, so nothing was done. ${error.message}`, {
          cause: error,
        });
      }),

    async newest(limit) {
      const found: StoredEntry[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < mostPages && found.length < limit; page++) {
        const { items, next } = await store.auditEntries({ action: prefix }, cursor, limit - found.length);
        found.push(...items);
        cursor = next;
        if (cursor === null) break;
      }
      return found.map(({ source, target, action, ...entry }) => ({
        ...{ ...entry, from: source, container: target, action: action.slice(prefix.length) },
      }));
    },
  };
}
