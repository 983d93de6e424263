import type { Actor } from './principal.ts';

/** `begun`: an action that takes time has started; another entry with the same id tells its end. */
export const auditOutcomes = ['begun', 'done', 'failed', 'refused'] as const;
export type AuditOutcome = (typeof auditOutcomes)[number];

/** An entry of the audit log: who changed what, or was refused. It has no secrets. */
export interface AuditEntry {
  /** The id of the action. */
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  actor: Actor;
  /** Where the request came from: an IP address, or a channel of Slack. */
  source: string;
  /** A verb, where needed with its object: `track`, `token create`. */
  action: string;
  /** The object of the action: a pattern, a message's id, a container. */
  target: string;
  outcome: AuditOutcome;
  /** The reason for a failure or refusal, or further facts; mostly ''. */
  detail: string;
  /** The id of the request, as HAProxy's log has it; '' without a request. */
  requestId: string;
  /** The team of the actor, if it is not the operator's. Such an entry leaves with its team. */
  team?: string;
}

/** The audit log keeps entries this long. Milliseconds. */
export const auditKeptMs = 90 * 86_400_000;

/** Actions of the server's commands: a first deploy or a failed restore writes them into the log of a new installation. */
export const serverActions = ['deploy', 'rollback', 'update', 'restore', 'rotate-secrets'] as const;
