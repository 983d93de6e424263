import { isUserId } from '../domain/slack-ids.ts';
import type { FindPerson, FoundPerson } from '../ports/recipients.ts';
import type { SlackApi } from './api.ts';
import { object, text } from './json.ts';
import type { Failure } from './outcomes.ts';
import type { Roster } from './roster.ts';

/**
 * `ada@example.com` by users.lookupByEmail, `@ada` by its handle or display name in the list of users.
 * https://docs.slack.dev/reference/methods/users.lookupByEmail
 */
export function createFindPerson(api: SlackApi, roster: Roster): FindPerson {
  async function byEmail(address: string): Promise<FoundPerson> {
    const answer = await api.call('users.lookupByEmail', { email: address });
    if (!answer.ok) {
      return answer.failure.error === 'users_not_found'
        ? { kind: 'absent', reason: `nobody in the workspace has the e-mail address ${address}` }
        : refusal(answer.failure, 'users:read.email');
    }
    const id = text(object(answer.body.user)?.id);
    return id === null ? { kind: 'absent', reason: `Slack names no user for ${address}` } : { kind: 'found', id };
  }

  async function byName(name: string): Promise<FoundPerson> {
    const known = roster.called(name).length > 0;
    // A user who is not in the list may be new.
    const failure = await roster.refresh({ anew: !known });
    if (failure !== null) return refusal(failure, 'users:read');
    const [id, ...others] = roster.called(name);
    if (id === undefined) return { kind: 'absent', reason: `nobody in the workspace is called @${name}` };
    if (others.length === 0) return { kind: 'found', id };
    const which = [id, ...others].slice(0, 5).join(', ');
    return { kind: 'absent', reason: `several people are called @${name}: give one of the ids ${which}` };
  }

  return (written) => {
    const plain = written.replace(/^@/, '');
    if (isUserId(plain)) return Promise.resolve({ kind: 'found', id: plain });
    return plain.includes('@') ? byEmail(plain) : byName(plain);
  };
}

function refusal({ error, kind }: Failure, scope: string): FoundPerson {
  if (kind === 'retry') return { kind: 'unavailable', reason: `Slack cannot be asked now (${error}); try again` };
  const separator = error === 'missing_scope' ? ', or' : ';';
  return { kind: 'absent', reason: `${whyNotListed(error, scope)}${separator} give the user id` };
}

/** Returns why users cannot be looked up, with the remedy. */
export function whyNotListed(error: string, scope: string): string {
  return error === 'missing_scope'
    ? `the bot lacks the scope ${scope}: add it under "OAuth & Permissions" and reinstall the app`
    : `Slack refuses to look for people (${error})`;
}
