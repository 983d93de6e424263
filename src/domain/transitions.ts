import { type Content, type Delivery, type SlackRef, stateVerbs } from './delivery.ts';
import { WrongState } from './errors.ts';

/**
 * The rules of a delivery's life, as pure functions: each returns what changes, and a store writes it. Times are
 * milliseconds since the epoch. What concerns several deliveries at once, a digest and its members, is in `merging.ts`.
 */
export type DeliveryChange = Partial<
  Pick<
    Delivery,
    | 'state'
    | 'text'
    | 'title'
    | 'blocks'
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

/** The result of an attempt. `posted`: the message stands, files are still to be uploaded. */
export type AttemptResult =
  | { to: 'sent' | 'posted'; slack: SlackRef; uploaded: number; warnings?: readonly string[] }
  | { to: 'retry'; error: string; outcomeUnknown: boolean }
  | { to: 'failed'; error: string }
  /**
   * The pending update or deletion is done, or was given up with an error. `slack`: where it was found.
   * `gone`: somebody deleted the message in Slack.
   */
  | { to: 'changed'; error?: string; gone?: boolean; slack?: SlackRef };

/** Something is left to do: to send it, or to change what was sent. */
export function isOpen({ state, pending }: Pick<Delivery, 'state' | 'pending'>): boolean {
  return state === 'queued' || state === 'sending' || pending !== null;
}

/** It is not in Slack, and nobody withdraws it: past its time to live it expires. */
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
 * A worker takes it to send it. Claimed while it is still `sending`, its former attempt never ended: that worker is gone,
 * and the answer of Slack with it.
 */
export function begin(delivery: Delivery, now: number): DeliveryChange {
  const { state, attempts, slack, outcomeUnknown, pending } = delivery;
  return {
    state: 'sending',
    attempts: attempts + 1,
    outcomeUnknown: slack === null && (outcomeUnknown || state === 'sending'),
    // An edit that came before the attempt is part of it.
    pending: pending === 'delete' ? 'delete' : null,
    updatedAt: now,
  };
}

/** What withdrawing a message does. */
export interface Withdrawal {
  change: DeliveryChange;
  /** Of the messages merged into it: they stay, are withdrawn with it, or the oldest one takes its place. */
  members: 'stay' | 'withdrawn' | 'handed over';
  /** The digest that it was merged into loses it. */
  leavesDigest: boolean;
  /** Its files are needed no longer. */
  dropsFiles: boolean;
}

/**
 * Queued: withdrawn at once. Sent: to be deleted in Slack. A digest that goes alone hands its place over.
 * @param merged with everything that is merged into it
 * @param hasMembers whether messages are merged into it
 * @returns null when it was withdrawn before
 * @throws WrongState when it has ended otherwise
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
    // The card in Slack of a digest that was sent is the next one's now.
    return { change: atOnce, members: handsOver ? 'handed over' : members, leavesDigest: false, dropsFiles: unsent };
  }
  const later: DeliveryChange = { pending: 'delete', error: null, updatedAt: now };
  return { change: later, members, leavesDigest: false, dropsFiles: false };
}

/**
 * Queued: changed in place. Sent: to be edited in Slack. Merged: its digest is to be rendered anew.
 * @throws WrongState when nobody would see the edit
 */
export function edit(delivery: Delivery, content: Partial<Content>, now: number): DeliveryChange {
  const { state, pending, outcomeUnknown, revision } = delivery;
  const shown: DeliveryChange = { text: content.text ?? delivery.text, title: content.title ?? delivery.title };
  if (state === 'merged' && content.blocks === undefined) return { ...shown, updatedAt: now };
  if ((state !== 'queued' && state !== 'sending' && state !== 'sent') || pending === 'delete') {
    throw new WrongState(whyNoEdit(delivery));
  }
  return {
    ...shown,
    blocks: content.blocks ?? delivery.blocks,
    pending: state === 'queued' && !outcomeUnknown ? null : 'update',
    error: null,
    revision: revision + 1,
    updatedAt: now,
  };
}

/**
 * Queued once more with a new time to live: when it failed, expired or was deleted in Slack by somebody else.
 * @throws WrongState otherwise
 */
export function requeue(delivery: Delivery, expiresAt: number, now: number): DeliveryChange {
  const { id, state, error, attachments } = delivery;
  const deletedInSlack = state === 'withdrawn' && error !== null;
  if (state !== 'failed' && state !== 'expired' && !deletedInSlack) throw new WrongState(whyNoRetry(delivery));
  if (deletedInSlack && attachments.length > 0) {
    throw new WrongState(`Message "${id}" had files, which are kept until they are in Slack. Post it anew.`);
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

/** What the result of an attempt changes. */
export interface Settled {
  change: DeliveryChange;
  dropsFiles: boolean;
  /** A digest's card takes in no more: members that it does not show are queued again. */
  closesDigest: boolean;
}

/**
 * @param claimed as it was when the attempt began
 * @param current as it is now: it may have been edited or withdrawn meanwhile
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
      // Slack refuses to delete it, so it stands there, also when the attempt to post it had not ended.
      const change: DeliveryChange = { ...ended, state: 'sent', ...(slack !== undefined && { slack }) };
      return { change, dropsFiles: current.state === 'sending', closesDigest: false };
    }
    const change: DeliveryChange = { ...ended, state: 'withdrawn', ...(isDigest && { shown: 0 }) };
    return { change, dropsFiles: false, closesDigest: isDigest };
  }
  const closesDigest = isDigest && !done;
  if (gone) {
    return { change: { state: 'withdrawn', pending: null, error, updatedAt: now }, dropsFiles: false, closesDigest };
  }
  // An edit that came while this one was under way, and a withdrawal, are still to be done.
  const isNewest = current.revision === claimed.revision && current.pending !== 'delete';
  const change: DeliveryChange = {
    error,
    ...(isNewest && { pending: null }),
    ...(done && shows(claimed, current)),
    updatedAt: now,
  };
  return { change, dropsFiles: false, closesDigest };
}

/** The card of a digest shows the members that it had when the attempt began, but for those withdrawn since. */
function shows(claimed: Delivery, current: Delivery): Pick<DeliveryChange, 'shown'> {
  return claimed.mergedCount > 0 ? { shown: Math.min(claimed.mergedCount, current.mergedCount) } : {};
}

function whyNoEdit({ id, state, pending, mergedInto }: Delivery): string {
  if (pending === 'delete') return `Message "${id}" is being withdrawn; it cannot be edited any more.`;
  if (state === 'merged') {
    return `Message "${id}" is part of "${mergedInto}", which shows no blocks of it. Withdraw it and post it anew.`;
  }
  return `Message "${id}" ${stateVerbs[state]}; only queued, sent and merged messages can be edited.`;
}

function whyNoRetry({ id, state, mergedInto }: Delivery): string {
  if (state === 'merged') return `Message "${id}" is part of "${mergedInto}"; retry that one if it failed.`;
  return `Message "${id}" ${stateVerbs[state]}; only messages that failed, expired or were deleted in Slack can be retried.`;
}
