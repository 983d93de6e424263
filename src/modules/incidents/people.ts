import type { Actor } from '../../domain/principal.ts';
import { escapeMrkdwn } from '../../domain/text.ts';
import type { Names } from '../../domain/visible-text.ts';

/** Somebody who acts on an incident. `name`: for replies, in which a mention would ping the person who acted. mrkdwn. */
export interface Person {
  actor: Actor;
  name: string;
}

/** Returns a person with a name in mrkdwn that pings nobody, as far as it is known. */
export function personOf(actor: Actor, names: Pick<Names, 'user'>): Person {
  const { kind, name } = actor;
  if (kind === 'slack') return { actor, name: escapeMrkdwn(names.user(name) ?? `the user ${name}`) };
  if (kind === 'program') return { actor, name: 'Ultronex' };
  return { actor, name: escapeMrkdwn(kind === 'token' ? `the token ${name}` : name) };
}
