import { type Grant, type Scope, scopeNames } from './scope.ts';

/** Who acts: a person with a password, a token, a user of Slack, or the program itself. */
export interface Actor {
  kind: 'user' | 'token' | 'slack' | 'program';
  /** The name of the person or token, or a Slack user's id. */
  name: string;
}

export const isSameActor = (one: Actor, other: Actor): boolean => one.kind === other.kind && one.name === other.name;

/** A caller whose identity was checked, and the access that it has. */
export interface Principal {
  actor: Actor;
  grants: readonly Grant[];
  /** The role of a person. */
  role?: Role;
  /** The workspace whose data alone a token reaches; absent: the operator's token, or a person. */
  team?: string;
}

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

const grantsOfRoles: Record<Role, readonly Scope[]> = {
  viewer: ['read'],
  // All events have private messages in them.
  operator: scopeNames.filter((scope) => scope !== 'admin' && scope !== 'events'),
  admin: ['admin'],
};

/** Returns a person with the access of a role. */
export function person(name: string, role: Role): Principal {
  const grants = grantsOfRoles[role].map((scope) => ({ scope, only: null }));
  return { actor: { kind: 'user', name }, grants, role };
}
