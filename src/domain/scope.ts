import { InvalidRequest } from './errors.ts';
import { nearest } from './nearest.ts';

/**
 * The kinds of access that a token can have. Some can be limited to one thing, whose name follows a colon:
 * `post:#ops`, `beat:backup`.
 */
export const scopes = {
  read: { text: 'read everything that the pages show, but no tokens and no audit log' },
  post: { text: 'post to Slack, edit, withdraw and retry messages', only: '#channel' },
  track: { text: 'track patterns and stop tracking them' },
  beat: { text: 'report heartbeats of jobs', only: 'NAME' },
  hook: { text: 'send webhooks', only: 'NAME' },
  incidents: { text: 'acknowledge, silence and resolve incidents' },
  jobs: { text: 'start and stop jobs', only: 'NAME' },
  events: { text: 'read every event of every workspace, direct messages included' },
  control: { text: 'restart containers and open shells' },
  admin: { text: 'everything, including tokens and the audit log' },
} as const satisfies Record<string, { text: string; only?: string }>;

export type Scope = keyof typeof scopes;
export const scopeNames = Object.keys(scopes) as Scope[];

/** Scopes that a token of another workspace can have: they reach that workspace's data alone. */
export const teamScopes: readonly Scope[] = ['read', 'post', 'track'];

/** A scope as a token has it. `only`: the one thing that it is limited to; null: no limit. */
export interface Grant {
  scope: Scope;
  only: string | null;
}

const longestName = 200;

/** Parses `post`, `post:#ops`. @throws InvalidRequest with the remedy */
export function parseGrant(written: string): Grant {
  const at = written.indexOf(':');
  const name = at < 0 ? written : written.slice(0, at);
  const only = at < 0 ? null : written.slice(at + 1);
  if (!isScope(name)) {
    const like = name.length < 3 ? null : nearest(name, scopeNames);
    const hint = like === null ? `scopes are ${scopeNames.join(', ')}` : `did you mean ${like}?`;
    throw new InvalidRequest('scopes', `scope "${written}" is not known; ${hint}`);
  }
  if (only === null) return { scope: name, only };
  const { only: kind } = scopes[name] as { only?: string };
  if (kind === undefined) throw new InvalidRequest('scopes', `scope "${written}" cannot be limited; write ${name}`);
  if (only === '')
    throw new InvalidRequest('scopes', `scope "${written}" has no name after the colon; write ${name}:${kind}`);
  if (!/^[^\s,\p{Cc}]+$/u.test(only) || only.length > longestName) {
    throw new InvalidRequest('scopes', `scope "${written}" names one ${kind}; give the scope once for each`);
  }
  if (only === '*')
    throw new InvalidRequest('scopes', `scope "${written}" has a wildcard, which there is not; write ${name}`);
  if (name === 'post' && (only === '#' || only.includes('@'))) {
    throw new InvalidRequest(
      'scopes',
      `scope "${written}" names no channel; write post:#channel, or the id of a person: post:U012AB3CD`,
    );
  }
  return { scope: name, only };
}

export const formatGrant = ({ scope, only }: Grant): string => (only === null ? scope : `${scope}:${only}`);

/**
 * Returns whether grants include a scope. `admin` includes all.
 * @param only the thing that is to be used; undefined when it is checked later, so that any limit passes
 */
export function allows(grants: readonly Grant[], scope: Scope, only?: string): boolean {
  return grants.some(
    (grant) =>
      grant.scope === 'admin' ||
      (grant.scope === scope && (grant.only === null || only === undefined || grant.only === only)),
  );
}

/** Returns the things that grants limit a scope to; null when it is not limited. */
export function limitsOf(grants: readonly Grant[], scope: Scope): string[] | null {
  const limits: string[] = [];
  for (const grant of grants) {
    if (grant.scope !== 'admin' && grant.scope !== scope) continue;
    if (grant.only === null) return null;
    limits.push(grant.only);
  }
  return limits;
}

function isScope(name: string): name is Scope {
  return Object.hasOwn(scopes, name);
}
