import type { Delivery } from '../domain/delivery.ts';
import type { Principal } from '../domain/principal.ts';
import { limitsOf } from '../domain/scope.ts';
import { isChannelId } from '../domain/slack-ids.ts';
import { scopeMissing } from './route-scopes.ts';
import type { HttpWorkspace } from './team-of.ts';

/** Returns the channels that a caller's posts are limited to; null: no limit. */
export function postLimits(principal: Principal | null): string[] | null {
  return principal === null ? [] : limitsOf(principal.grants, 'post');
}

/**
 * Checks that one of `limits` is the channel that `to` stands for: a name, an id, or `#name` before and after a rename.
 * @throws ScopeMissing
 */
export async function checkPostTo(
  to: string,
  limits: readonly string[],
  principal: Principal | null,
  { findChannel }: Pick<HttpWorkspace, 'findChannel'>,
): Promise<void> {
  // The same name needs no look-up, so such a message is accepted while Slack is away.
  if (limits.some((limit) => nameOf(limit) === nameOf(to))) return;
  const id = await findChannel(to);
  for (const limit of limits) if (id !== null && id === (await findChannel(limit))) return;
  throw scopeMissing(principal, [`post:${to}`], ['post']);
}

/** Checks that a caller may change a message. @throws ScopeMissing */
export async function checkPostOf(
  delivery: Delivery,
  principal: Principal | null,
  workspace: Pick<HttpWorkspace, 'findChannel'>,
): Promise<void> {
  const limits = postLimits(principal);
  if (limits !== null) await checkPostTo(channelOf(delivery), limits, principal, workspace);
}

/** Returns where a message is: the channel that Slack posted it to, else where it is to go. */
function channelOf({ slack, destination }: Delivery): string {
  return slack?.channel ?? destination.address;
}

/** An id is no name: a channel may be called `c012ab3cd`. */
const nameOf = (written: string) => (isChannelId(written) ? written : `#${written.replace(/^#/, '').toLowerCase()}`);
