import type { AuditEntry, AuditOutcome } from '../../domain/audit.ts';
import type { Actor } from '../../domain/principal.ts';

export interface AuditRow {
  seq: number;
  id: string;
  at: number;
  actor_kind: Actor['kind'];
  actor: string;
  source: string;
  action: string;
  target: string;
  outcome: AuditOutcome;
  detail: string;
  request_id: string;
  team: string | null;
}

/** Longer texts are cut, so that entries stay small. Characters. */
const longest = { name: 200, detail: 1_000 };
const name = (text: string) => text.slice(0, longest.name);

/** The values of the columns id, at, actor_kind, actor, source, action, target, outcome, detail, request_id, team. */
export const auditValues = ({ id, at, actor, source, action, target, outcome, detail, requestId, team }: AuditEntry) =>
  [
    ...([id, at, actor.kind, name(actor.name), name(source)] as const),
    ...([action, name(target), outcome, detail.slice(0, longest.detail), name(requestId)] as const),
    team ?? null,
  ] as const;

export const toEntry = (row: AuditRow): AuditEntry => ({
  id: row.id,
  at: row.at,
  actor: { kind: row.actor_kind, name: row.actor },
  source: row.source,
  action: row.action,
  target: row.target,
  outcome: row.outcome,
  detail: row.detail,
  requestId: row.request_id,
  ...(row.team !== null && { team: row.team }),
});
