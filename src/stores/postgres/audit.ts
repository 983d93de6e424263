import { type AuditEntry, auditKeptMs } from '../../domain/audit.ts';
import type { AuditFilter } from '../../ports/audit-store.ts';
import type { Page } from '../../ports/ledger-store.ts';
import { type AuditRow, auditValues, toEntry } from '../common/audit-rows.ts';
import { checkCursor, lookAtMost } from '../common/paging.ts';
import type { Database, Statements, Value } from './database.ts';

const auditColumns = 'id, at, actor_kind, actor, source, action, target, outcome, detail, request_id, team';

/** The audit log. Triggers refuse changes, and the deletion of entries that are younger than 90 days. */
export function createAudit(db: Database) {
  return {
    /** Inside the caller's transaction. */
    write(tx: Statements, entries: readonly AuditEntry[]): void {
      const rows = entries.map(auditValues);
      const column = (index: number) => rows.map((row) => row[index] as Value);
      void tx.run(
        `INSERT INTO audit (${auditColumns}) SELECT ${auditColumns} FROM unnest($1::text[], $2::float8[], $3::text[], $4::text[],
           $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) WITH ORDINALITY u (${auditColumns}, n) ORDER BY n`,
        Array.from({ length: 11 }, (_, index) => column(index)),
      );
    },

    async list(filter: AuditFilter, cursor: string | null, limit: number): Promise<Page<AuditEntry>> {
      if (cursor !== null) checkCursor(cursor);
      const [ends] = await db.query<{ first: number | null; last: number | null }>(
        'SELECT min(seq) AS first, max(seq) AS last FROM audit',
      );
      const { first, last } = ends ?? { first: null, last: null };
      if (first === null || last === null) return { items: [], next: null };
      const before = Math.min(cursor === null ? last + 1 : Number(cursor), last + 1);
      const from = Math.max(first, before - lookAtMost);
      const values: Value[] = [before, from, limit + 1];
      const conditions = toSql(filter, (value) => `$${values.push(value)}`);
      const rows = await db.query<AuditRow>(
        `SELECT seq, id, (SELECT at FROM audit b WHERE b.id = a.id ORDER BY b.seq LIMIT 1) AS at, actor_kind, actor,
           source, action, target, outcome, detail, request_id, team
         FROM audit a
         WHERE seq < $1 AND seq >= $2 AND NOT EXISTS (SELECT FROM audit l WHERE l.id = a.id AND l.seq > a.seq)
           ${conditions.map((each) => `AND ${each}`).join(' ')}
         ORDER BY seq DESC LIMIT $3`,
        values,
      );
      const kept = rows.slice(0, limit);
      const oldest = kept.at(-1);
      const items = kept.map(toEntry);
      if (rows.length > limit && oldest !== undefined) return { items, next: String(oldest.seq) };
      return { items, next: from > first ? String(from) : null };
    },

    /** Deletes up to `limit` entries from before a time. Resolves with their number. */
    prune: (before: number, limit: number): Promise<number> =>
      db.run(
        `DELETE FROM audit WHERE seq IN (SELECT seq FROM audit
           WHERE at < least($1, (SELECT at FROM audit ORDER BY seq DESC LIMIT 1) - ${auditKeptMs}) ORDER BY seq LIMIT $2)`,
        [before, limit],
      ),
  };
}

/** Conditions of the filter. `bind` adds a value and returns its parameter. */
function toSql({ action, actor, target, outcome }: AuditFilter, bind: (value: Value) => string): string[] {
  const like = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  const conditions: string[] = [];
  if (action !== undefined) conditions.push(`action ILIKE ${bind(`${like(action)}%`)}`);
  if (actor !== undefined) conditions.push(`actor = ${bind(actor)}`);
  if (target !== undefined) conditions.push(`target ILIKE ${bind(`%${like(target)}%`)}`);
  if (outcome !== undefined) conditions.push(`outcome = ${bind(outcome)}`);
  return conditions;
}
