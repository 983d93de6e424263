import type { Delivery } from './delivery.ts';
import type { DeliveryChange } from './transitions.ts';

/**
 * When and how similar messages become one, a digest: pure rules, which a store applies. For many members at once it may use
 * one statement in place of a rule (`canBeMerged`, `merged`, `withdrawn`, `queuedAgain`); random histories hold the two equal. The digest is the oldest of
 * them; the others, its members, are `merged`. `shown` of a digest counts the members that its card in Slack shows.
 */

/** The head of a queue that has fallen behind: it may become a digest, or be merged into one with all that is similar. */
export function canLead({ similarKey, state, outcomeUnknown, slack, pending }: Delivery): boolean {
  return similarKey !== null && state === 'queued' && !outcomeUnknown && slack === null && pending === null;
}

/** It may be merged into a message with this key. */
export function canBeMerged({ similarKey, state, outcomeUnknown, pending }: Delivery, key: number | null): boolean {
  return similarKey === key && state === 'queued' && !outcomeUnknown && pending === null;
}

/** A digest that was sent takes in more as long as its card stands. */
export function takesInMore({ state, pending }: Pick<Delivery, 'state' | 'pending'>): boolean {
  return state === 'sent' && pending !== 'delete';
}

/** A member, with the digest that it becomes part of. */
export const merged = (now: number): DeliveryChange => ({ state: 'merged', updatedAt: now });

/**
 * The digest after `count` messages were merged into it.
 * @param newestExpiresAt of the newest one of them; a digest that still waits does so for as long as that one may
 */
export function takeIn(digest: Delivery, count: number, newestExpiresAt: number): DeliveryChange {
  const grown = { mergedCount: digest.mergedCount + count, revision: digest.revision + 1 };
  if (digest.state === 'sent') return { ...grown, pending: 'update' };
  return { ...grown, expiresAt: Math.max(digest.expiresAt, newestExpiresAt) };
}

/** The digest after a member was edited, or (`left`) is no longer part of it: it is to be rendered anew. */
export function memberChanged(digest: Delivery, left: boolean, now: number): DeliveryChange {
  const { mergedCount, shown, state, pending, revision } = digest;
  const isPosted = state === 'sending' || state === 'sent';
  return {
    mergedCount: mergedCount - (left ? 1 : 0),
    shown: Math.max(0, shown - (left ? 1 : 0)),
    pending: isPosted && pending === null ? 'update' : pending,
    revision: revision + 1,
    updatedAt: now,
  };
}

/** The digest's oldest member takes its place, in Slack too. The other members become that one's. */
export function handOver(digest: Delivery, oldest: Delivery, now: number): DeliveryChange {
  const sent = digest.state === 'sent';
  return {
    state: sent ? 'sent' : 'queued',
    pending: sent ? 'update' : null,
    mergedInto: null,
    mergedCount: digest.mergedCount - 1,
    shown: Math.max(0, digest.shown - 1),
    slack: digest.slack,
    expiresAt: Math.max(oldest.expiresAt, digest.expiresAt),
    revision: oldest.revision + 1,
    updatedAt: now,
  };
}

/** A digest without its members. */
export const emptied: DeliveryChange = { mergedCount: 0, shown: 0 };

/** A member that is withdrawn together with its digest. */
export const withdrawn = (now: number): DeliveryChange => ({ state: 'withdrawn', mergedInto: null, updatedAt: now });

/** A member that its digest's card does not show, after that card ended: queued again, with the same time to live. */
export function queuedAgain({ createdAt, expiresAt }: Delivery, now: number): DeliveryChange {
  return { state: 'queued', mergedInto: null, expiresAt: now + (expiresAt - createdAt), updatedAt: now };
}

/** The digest after so many members were queued again. */
export const lost = ({ mergedCount }: Delivery, count: number): DeliveryChange => ({
  mergedCount: mergedCount - count,
});
