import type { Answer, Asked } from '../../commands/index.ts';
import type { AuditEntry, AuditOutcome } from '../../domain/audit.ts';
import type { Stamp } from '../../domain/compose.ts';
import { UltronexError } from '../../domain/errors.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import type { JobAsker } from './types.ts';

/** Roles, refusals and the audit log of what people of Slack ask for. */
export interface AskedInSlack {
  askerOf(asked: Asked): JobAsker;
  /** Returns why a guest may not give the command, else null. */
  guestsMayNot(asked: Asked): Promise<string | null>;
  entryOf(asked: Asked, action: string, target: string, outcome: AuditOutcome, detail: string): AuditEntry;
  refused(asked: Asked, action: string, target: string, why: string): Answer;
  /** Runs `act`. A refusal for lack of rights, or of a target, goes into the audit log. */
  auditing(asked: Asked, action: string, target: string, act: () => Promise<Answer>): Promise<Answer>;
}

export function createAskedInSlack(stamp: () => Stamp): AskedInSlack {
  function entryOf({ user, channel }: Asked, action: string, target: string, outcome: AuditOutcome, detail: string) {
    const { newId, now } = stamp();
    const actor = { kind: 'slack', name: user } as const;
    return { id: newId(), at: now, actor, source: channel, action, target, outcome, detail, requestId: '' };
  }

  function refused(asked: Asked, action: string, target: string, why: string): Answer {
    const audit = [entryOf(asked, action, target, 'refused', why)];
    return { reply: escapeMrkdwn(why), wrong: { '': why }, audit };
  }

  return {
    entryOf,
    refused,
    /** A full member without a role may do what viewers may. */
    askerOf({ user, role }) {
      const trace = stamp().newId().slice(0, 8);
      return { actor: { kind: 'slack', name: user }, role: role ?? 'viewer', grants: null, trace };
    },
    async guestsMayNot({ role, isMember }) {
      return role !== null || (await isMember()) ? null : 'Only members of this workspace may do that, not guests.';
    },
    async auditing(asked, action, target, act) {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof UltronexError) || error.status !== 403) throw error;
        return refused(asked, action, target, error.message);
      }
    },
  };
}

/** Turns an UltronexError into a reply. */
export async function answering(run: () => Promise<Answer>): Promise<Answer> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof UltronexError) return { reply: escapeMrkdwn(error.message), wrong: { '': error.message } };
    throw error;
  }
}
