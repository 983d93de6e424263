import type { AuditEntry, AuditOutcome } from '../domain/audit.ts';
import type { Page } from './ledger-store.ts';

export interface AuditFilter {
  /** The beginning of the action: `token` finds `token create`. */
  action?: string;
  /** The name of the actor. */
  actor?: string;
  /** A part of the target, without regard to case. */
  target?: string;
  outcome?: AuditOutcome;
}

/** The audit log, to which entries can only be added. Units of work add theirs with `UnitOfWork.audit`. */
export interface AuditStore {
  /** Resolves once the entry is on disk. @throws StoreUnavailable */
  writeAudit(entry: AuditEntry): Promise<void>;
  /**
   * Newest first, one entry an action: its last one, with the time of its first one. A call has a bounded cost: it reads
   * up to 5,000 entries, and may return fewer than `limit` with a `next`. @throws InvalidRequest for a foreign cursor
   */
  auditEntries(filter: AuditFilter, cursor: string | null, limit: number): Promise<Page<AuditEntry>>;
}
