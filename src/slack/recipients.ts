import type { FindPerson, FoundPerson } from '../ports/recipients.ts';
import type { SlackApi } from './api.ts';
import { object, text } from './json.ts';
import type { SlackSetup } from './options.ts';
import type { Failure } from './outcomes.ts';

/** users.list allows 20 calls a minute; a page has at most 1,000 users, of whom Slack recommends 200. */
const maxPages = 20;
const pageSize = 1_000;
const keepMs = 10 * 60_000;
const askAgainMs = 30_000;

/**
 * `ada@example.com` by users.lookupByEmail, `@ada` by its handle or display name in users.list, kept for ten minutes.
 * https://docs.slack.dev/reference/methods/users.lookupByEmail, https://docs.slack.dev/reference/methods/users.list
 */
export function createFindPerson(api: SlackApi, { clock }: Pick<SlackSetup, 'clock'>): FindPerson {
  let ids = new Map<string, Set<string>>();
  let readAt = Number.NEGATIVE_INFINITY;
  let running: Promise<Failure | null> | null = null;

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
    const key = name.toLowerCase();
    const age = clock.now() - readAt;
    if (!(age >= 0 && age < (ids.has(key) ? keepMs : askAgainMs))) {
      running ??= read().finally(() => {
        running = null;
      });
      const failure = await running;
      if (failure !== null) return refusal(failure, 'users:read');
    }
    const [id, ...others] = ids.get(key) ?? [];
    if (id === undefined) return { kind: 'absent', reason: `nobody in the workspace is called @${name}` };
    if (others.length === 0) return { kind: 'found', id };
    const which = [id, ...others].slice(0, 5).join(', ');
    return { kind: 'absent', reason: `several people are called @${name}: give one of the ids ${which}` };
  }

  async function read(): Promise<Failure | null> {
    const found = new Map<string, Set<string>>();
    const handles = new Map<string, Set<string>>();
    let cursor = '';
    for (let page = 0; page < maxPages; page++) {
      const answer = await api.call('users.list', { limit: pageSize, ...(cursor && { cursor }) });
      if (!answer.ok) return answer.failure;
      for (const user of Array.isArray(answer.body.members) ? answer.body.members : []) addNames(user, found, handles);
      cursor = text(object(answer.body.response_metadata)?.next_cursor) ?? '';
      if (cursor === '') break;
    }
    // A handle is one person's; a display name may be several people's.
    for (const [handle, owners] of handles) found.set(handle, owners);
    ids = found;
    readAt = clock.now();
    return null;
  }

  return (written) => {
    const plain = written.replace(/^@/, '');
    if (/^[UW][A-Z0-9]{2,}$/.test(plain)) return Promise.resolve({ kind: 'found', id: plain });
    return plain.includes('@') ? byEmail(plain) : byName(plain);
  };
}

function addNames(value: unknown, names: Map<string, Set<string>>, handles: Map<string, Set<string>>): void {
  const user = object(value);
  const id = text(user?.id);
  if (!user || id === null || user.deleted === true) return;
  const add = (to: Map<string, Set<string>>, name: string | null) => {
    if (name !== null) to.set(name.toLowerCase(), (to.get(name.toLowerCase()) ?? new Set()).add(id));
  };
  add(handles, text(user.name));
  add(names, text(object(user.profile)?.display_name));
}

function refusal({ error, kind }: Failure, scope: string): FoundPerson {
  if (kind === 'retry') return { kind: 'unavailable', reason: `Slack cannot be asked now (${error}); try again` };
  const remedy =
    error === 'missing_scope'
      ? `the bot lacks the scope ${scope}: add it under "OAuth & Permissions" and reinstall the app, or give the user id`
      : `Slack refuses to look for people (${error}); give the user id`;
  return { kind: 'absent', reason: remedy };
}
