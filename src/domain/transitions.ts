import { type Content, type Delivery, edited, type SlackRef, stateVerbs } from './delivery.ts';
import { WrongState } from './errors.ts';
import { whyNoEdit, whyNoRetry } from './why-not.ts';

/**
 * The changed fields of a delivery. This file has the state transitions as pure functions: each returns a change, which
 * a store writes. Times are milliseconds since the epoch. Rules for digests and their members are in `merging.ts`.
 */
export type DeliveryChange = Partial<
  Pick<
    Delivery,
    | 'state'
    | 'text'
    | 'title'
    | 'sections'
    | 'buttons'
    | 'blocks'
    | 'tone'
    | 'expiresAt'
    | 'attempts'
    | 'outcomeUnknown'
    | 'slack'
    | 'uploaded'
    | 'error'
    | 'warnings'
    | 'mergedCount'
    | 'shown'
    | 'pending'
    | 'revision'
    | 'updatedAt'
  > & { mergedInto: null }
>;

/**
 * The result of an attempt. `posted`: the message is in Slack, but files have to be uploaded. `goneThread`: the `ts` of the
 * thread that it was for, if the first message of it was deleted in Slack.
 */
export type AttemptResult =
  | { to: 'sent' | 'posted'; slack: SlackRef; uploaded: number; warnings?: readonly string[]; goneThread?: string }
  | { to: 'retry'; error: string; outcomeUnknown: boolean }
  | { to: 'failed'; error: string }
  /**
   * The pending update or deletion is done, or failed with an error. `slack`: the message, if it had to be looked up.
   * `gone`: the message was deleted in Slack.
   */
  | { to: 'changed'; error?: string; gone?: boolean; slack?: SlackRef };

/** Returns whether a delivery has to be sent, or updated or deleted in Slack. */
export function isOpen({ state, pending }: Pick<Delivery, 'state' | 'pending'>): boolean {
  return state === 'queued' || state === 'sending' || pending !== null;
}

/** Returns whether a delivery expires after its time to live: it is not in Slack and not being withdrawn. */
export function canExpire({ state, slack, pending }: Pick<Delivery, 'state' | 'slack' | 'pending'>): boolean {
  return (state === 'queued' || state === 'sending') && slack === null && pending !== 'delete';
}

export function expire({ error }: Pick<Delivery, 'error'>, now: number): DeliveryChange {
  const ranOut = 'time to live ran out';
  return {
    state: 'expired',
    pending: null,
    error: error === null ? ranOut : `${ranOut}; last: ${error}`,
    updatedAt: now,
  };
}

/**
 * The change when a worker claims a delivery. If it is still `sending`, the worker of the previous attempt has crashed, so
 * the outcome of that attempt is unknown.
 */
export function begin(delivery: Delivery, now: number): DeliveryChange {
  const { state, attempts, slack, outcomeUnknown, pending } = delivery;
  return {
    state: 'sending',
    attempts: attempts + 1,
    outcomeUnknown: slack === null && (outcomeUnknown || state === 'sending'),
    // The attempt sends the edited content.
    pending: pending === 'delete' ? 'delete' : null,
    updatedAt: now,
  };
}

/** The effects of withdrawing a message. */
export interface Withdrawal {
  change: DeliveryChange;
  /** Messages merged into it: they stay, are withdrawn too, or the oldest one replaces it. */
  members: 'stay' | 'withdrawn' | 'handed over';
  /** It is removed from its digest. */
  leavesDigest: boolean;
  /** Its files can be deleted. */
  dropsFiles: boolean;
}

/**
 * Withdraws a message: a queued one at once, a sent one by a pending deletion in Slack. If only a digest itself is
 * withdrawn, its oldest member replaces it.
 * @param merged whether to withdraw its members, too
 * @param hasMembers whether messages are merged into it
 * @returns null when it was withdrawn before
 * @throws WrongState when it has failed or expired
 */
export function withdraw(
  delivery: Delivery,
  { merged, hasMembers }: { merged: boolean; hasMembers: boolean },
  now: number,
): Withdrawal | null {
  const { id, state, slack, outcomeUnknown, pending } = delivery;
  if (state === 'withdrawn') return null;
  if (state === 'failed' || state === 'expired') {
    throw new WrongState(`Message "${id}" ${stateVerbs[state]}; there is nothing to withdraw.`);
  }
  const atOnce: DeliveryChange = { state: 'withdrawn', pending: null, mergedInto: null, updatedAt: now };
  const members = merged ? 'withdrawn' : 'stay';
  if (state === 'merged') return { change: atOnce, members, leavesDigest: true, dropsFiles: false };
  const unsent = state === 'queued' && !outcomeUnknown && slack === null;
  const handsOver = !merged && hasMembers && (unsent || (state === 'sent' && pending !== 'delete'));
  if (unsent || handsOver) {
    // The card of a sent digest stays in Slack and belongs to the member that replaces it.
    return { change: atOnce, members: handsOver ? 'handed over' : members, leavesDigest: false, dropsFiles: unsent };
  }
  const later: DeliveryChange = { pending: 'delete', error: null, updatedAt: now };
  return { change: later, members, leavesDigest: false, dropsFiles: false };
}

/**
 * Edits a message: a queued one in the store, a sent one by a pending update in Slack. For a merged one, the digest has to
 * be rendered again.
 * @throws WrongState when the edit could not be shown
 */
export function edit(delivery: Delivery, content: Partial<Content>, now: number): DeliveryChange {
  const { state, pending, outcomeUnknown, revision } = delivery;
  const shown = edited(delivery, content);
  if (state === 'merged' && !content.blocks && !content.sections)
    return { text: shown.text, title: shown.title, updatedAt: now };
  if ((state !== 'queued' && state !== 'sending' && state !== 'sent') || pending === 'delete') {
    throw new WrongState(whyNoEdit(delivery));
  }
  return {
    ...shown,
    pending: state === 'queued' && !outcomeUnknown ? null : 'update',
    error: null,
    revision: revision + 1,
    updatedAt: now,
  };
}

/**
 * Queues a message again, with a new time to live, after it failed, expired or was deleted in Slack.
 * @throws WrongState in any other state
 */
export function requeue(delivery: Delivery, expiresAt: number, now: number): DeliveryChange {
  const { id, state, error, attachments } = delivery;
  const deletedInSlack = state === 'withdrawn' && error !== null;
  if (state !== 'failed' && state !== 'expired' && !deletedInSlack) throw new WrongState(whyNoRetry(delivery));
  if (deletedInSlack && attachments.length > 0) {
    throw new WrongState(`Message "${id}" had files, which are kept only until they are in Slack. Post it again.`);
  }
  return {
    state: 'queued',
    attempts: 0,
    error: null,
    pending: null,
    ...(deletedInSlack && { slack: null }),
    expiresAt,
    updatedAt: now,
  };
}

/** The effects of an attempt's result. */
export interface Settled {
  change: DeliveryChange;
  /** Its files can be deleted. */
  dropsFiles: boolean;
  /** The digest's card has ended: members that it does not show are queued again. */
  closesDigest: boolean;
}

/**
 * Applies the result of an attempt.
 * @param claimed the delivery at the start of the attempt
 * @param current the delivery now; it may have been edited or withdrawn meanwhile
 */
export function settle(claimed: Delivery, current: Delivery, result: AttemptResult, now: number): Settled {
  const nothingElse = { dropsFiles: false, closesDigest: false };
  switch (result.to) {
    case 'sent':
    case 'posted': {
      const { slack, uploaded, warnings = [] } = result;
      const state = result.to === 'sent' ? 'sent' : 'sending';
      const done = { slack, uploaded, warnings: [...warnings], outcomeUnknown: false, error: null };
      const change = { ...done, state, ...shows(claimed, current), updatedAt: now } as const;
      return { change, dropsFiles: result.to === 'sent', closesDigest: false };
    }
    case 'retry': {
      const { error, outcomeUnknown } = result;
      const state = current.state === 'sending' ? 'queued' : current.state;
      return { change: { state, outcomeUnknown, error, updatedAt: now }, ...nothingElse };
    }
    case 'failed':
      return { change: { state: 'failed', pending: null, error: result.error, updatedAt: now }, ...nothingElse };
    case 'changed':
      return settleChange(claimed, current, result, now);
  }
}

function settleChange(
  claimed: Delivery,
  current: Delivery,
  { error = null, gone = false, slack }: { error?: string | null; gone?: boolean; slack?: SlackRef },
  now: number,
): Settled {
  const isDigest = claimed.mergedCount > 0;
  const done = error === null;
  if (claimed.pending === 'delete') {
    const ended = { pending: null, error, updatedAt: now } as const;
    if (!done) {
      // Slack refused to delete it, so it is still there, even if the attempt to post it had no response.
      const change: DeliveryChange = { ...ended, state: 'sent', ...(slack !== undefined && { slack }) };
      return { change, dropsFiles: current.state === 'sending', closesDigest: false };
    }
    const change: DeliveryChange = { ...ended, state: 'withdrawn', ...(isDigest && { shown: 0 }) };
    return { change, dropsFiles: false, closesDigest: isDigest };
  }
  const closesDigest = isDigest && !done;
  if (gone) return { change: deletedInSlack(error, now), dropsFiles: false, closesDigest };
  // An edit or withdrawal that came during this update is still pending.
  const isNewest = current.revision === claimed.revision && current.pending !== 'delete';
  const change: DeliveryChange = {
    error,
    ...(isNewest && { pending: null }),
    ...(done && shows(claimed, current)),
    updatedAt: now,
  };
  return { change, dropsFiles: false, closesDigest };
}

/** Returns the change of a reply's parent whose message `ts` was deleted in Slack; null when it is not that message any more. */
export function parentDeleted({ state, slack }: Delivery, ts: string, now: number): DeliveryChange | null {
  return state === 'sent' && slack?.ts === ts ? deletedInSlack('message_not_found', now) : null;
}

function deletedInSlack(error: string | null, now: number): DeliveryChange {
  return { state: 'withdrawn', pending: null, error, updatedAt: now };
}

/** The card of a digest shows the members at the start of the attempt, without those withdrawn since. */
function shows(claimed: Delivery, current: Delivery): Pick<DeliveryChange, 'shown'> {
  return claimed.mergedCount > 0 ? { shown: Math.min(claimed.mergedCount, current.mergedCount) } : {};
}
