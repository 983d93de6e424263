import type { Delivery } from './delivery.ts';
import type { DeliveryChange } from './transitions.ts';

/**
 * Rules for merging similar messages into one, a digest, as pure functions that a store applies. The oldest message becomes
 * the digest; the others, its members, get the state `merged`. `shown` of a digest counts the members that its card in
 * Slack shows. For many members a store may use one SQL statement in place of `canBeMerged`, `merged`, `withdrawn` and
 * `queuedAgain`; a test with random histories proves that the results are equal.
 */

/** Returns whether the first message of an overlong queue may become a digest, or be merged into one with its similar messages. */
export function canLead({ similarKey, state, outcomeUnknown, slack, pending }: Delivery): boolean {
  return similarKey !== null && state === 'queued' && !outcomeUnknown && slack === null && pending === null;
}

/** Returns whether a message may be merged into one with this key. */
export function canBeMerged({ similarKey, state, outcomeUnknown, pending }: Delivery, key: number | null): boolean {
  return similarKey === key && state === 'queued' && !outcomeUnknown && pending === null;
}

/** Returns whether further messages may be merged into a sent digest: as long as its card is in Slack. */
export function takesInMore({ state, pending }: Pick<Delivery, 'state' | 'pending'>): boolean {
  return state === 'sent' && pending !== 'delete';
}

/** The change of a message that is merged into a digest. */
export const merged = (now: number): DeliveryChange => ({ state: 'merged', updatedAt: now });

/**
 * The change of a digest when `count` messages are merged into it.
 * @param newestExpiresAt `expiresAt` of the newest of them; a queued digest does not expire before it
 */
export function takeIn(digest: Delivery, count: number, newestExpiresAt: number): DeliveryChange {
  const grown = { mergedCount: digest.mergedCount + count, revision: digest.revision + 1 };
  if (digest.state === 'sent') return { ...grown, pending: 'update' };
  return { ...grown, expiresAt: Math.max(digest.expiresAt, newestExpiresAt) };
}

/** The change of a digest when a member was edited or (`left`) removed: it has to be rendered again. */
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

/** The change of a digest's oldest member that replaces the digest, with its card in Slack and its other members. */
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

/** The change of a digest that loses all members. */
export const emptied: DeliveryChange = { mergedCount: 0, shown: 0 };

/** The change of a member that is withdrawn together with its digest. */
export const withdrawn = (now: number): DeliveryChange => ({ state: 'withdrawn', mergedInto: null, updatedAt: now });

/** The change of a member that its digest's card never showed, when that card has ended: queued again, with its time to live. */
export function queuedAgain({ createdAt, expiresAt }: Delivery, now: number): DeliveryChange {
  return { state: 'queued', mergedInto: null, expiresAt: now + (expiresAt - createdAt), updatedAt: now };
}

/** The change of a digest when `count` members were queued again. */
export const lost = ({ mergedCount }: Delivery, count: number): DeliveryChange => ({
  mergedCount: mergedCount - count,
});
