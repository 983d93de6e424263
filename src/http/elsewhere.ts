import type { FastifyRequest } from 'fastify';
import type { Destination } from '../domain/destination.ts';
import { InvalidRequest } from '../domain/errors.ts';
import type { HttpDeps } from './deps.ts';
import { type Message, type Prefix, slackOnly } from './message.ts';
import { postLimits } from './post-access.ts';
import { scopeMissing } from './route-scopes.ts';
import { notOfTeam } from './team-of.ts';

/**
 * Returns the destination of a message with `to`.
 * @throws InvalidRequest for an unknown one, and for fields that only Slack has; ScopeMissing for a token of one channel; OtherTeam for one of a workspace: destinations are the operator's
 */
export function elsewhere(
  { destinationNamed, destinationNames }: Pick<HttpDeps, 'destinationNamed' | 'destinationNames'>,
  { principal }: Pick<FastifyRequest, 'principal'>,
  msg: Omit<Message, 'channel'> & { to: string; channel?: string },
  prefix: Prefix,
): Destination {
  const wrong = (field: string, reason: string) => new InvalidRequest(prefix + field, `${prefix}${field} ${reason}`);
  if (msg.channel !== undefined) throw wrong('to', 'is given beside channel; a message goes to one of them');
  if (principal?.team !== undefined) throw notOfTeam(principal.team);
  const destination = destinationNamed(msg.to);
  if (destination === null) {
    const names = destinationNames();
    const known = names.length === 0 ? 'there are none in DESTINATIONS_DIR' : `known are ${names.join(', ')}`;
    throw wrong('to', `"${msg.to}" is no destination; ${known}`);
  }
  const field = slackOnly.find((name) => msg[name] !== undefined);
  if (field !== undefined) throw wrong(field, 'is for Slack only; leave it out with `to`');
  if (postLimits(principal) !== null) throw scopeMissing(principal, ['post'], ['post']);
  return destination;
}
