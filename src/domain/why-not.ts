import { type Delivery, stateVerbs } from './delivery.ts';

/** Returns the message of the error when a delivery cannot be edited. */
export function whyNoEdit({ id, state, pending, mergedInto }: Delivery): string {
  if (pending === 'delete') return `Message "${id}" is being withdrawn; it cannot be edited any more.`;
  if (state === 'merged') {
    return `Message "${id}" is part of "${mergedInto}", which shows no blocks of it. Withdraw it and post it again.`;
  }
  return `Message "${id}" ${stateVerbs[state]}; only queued, sent and merged messages can be edited.`;
}

/** Returns the message of the error when a delivery cannot be queued again. */
export function whyNoRetry({ id, state, mergedInto }: Delivery): string {
  if (state === 'merged') return `Message "${id}" is part of "${mergedInto}"; retry that one if it failed.`;
  return `Message "${id}" ${stateVerbs[state]}; only messages that failed, expired or were deleted in Slack can be retried.`;
}
