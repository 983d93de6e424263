import { type InjectionKey, inject, onScopeDispose, provide, shallowReactive } from 'vue';
import { isChannelId, isUserId } from '../../domain/slack-ids.ts';
import { api, type KnownName } from '../api.ts';

/** A cache of names by id. */
export interface PageNames {
  /** Returns a name without `@` or `#`. If it is unknown, returns undefined and requests it from the server. */
  get(id: string): string | undefined;
  learn(names: readonly KnownName[]): void;
}

const mostInOneQuestion = 100;
/** An unknown id is requested again after this time: a user may have joined, or Slack's list was not available. */
const askAgainMs = 60_000;
const gatherMs = 40;

/** Returns whether a text is the id of a user or a channel; false for a direct message (`D…`). */
export const isId = (text: string) => isUserId(text) || (isChannelId(text) && !text.startsWith('D'));

/** Returns a cache that collects unknown ids for a moment and requests them together. */
function createNames(): PageNames {
  const known = shallowReactive(new Map<string, string>());
  const requested = new Set<string>();
  const waiting: string[] = [];
  let timer = 0;
  const forget = window.setInterval(() => {
    for (const id of requested) if (!known.has(id)) requested.delete(id);
  }, askAgainMs);
  onScopeDispose(() => {
    clearTimeout(timer);
    clearInterval(forget);
  });

  function learn(names: readonly KnownName[]) {
    for (const { id, name } of names) known.set(id, name);
  }
  async function ask() {
    const ids = waiting.splice(0, mostInOneQuestion);
    if (waiting.length > 0) timer = window.setTimeout(ask, gatherMs);
    else timer = 0;
    // If the request fails, the page shows the ids.
    learn(await api.names(ids).catch(() => []));
  }

  return {
    get(id) {
      const name = known.get(id);
      if (name !== undefined || requested.has(id) || !isId(id)) return name;
      requested.add(id);
      waiting.push(id);
      if (timer === 0) timer = window.setTimeout(ask, gatherMs);
      return undefined;
    },
    learn,
  };
}

const key: InjectionKey<PageNames> = Symbol('names');

export function provideNames(): PageNames {
  const names = createNames();
  provide(key, names);
  return names;
}

export function useNames(): PageNames {
  const names = inject(key);
  if (!names) throw new Error('useNames() outside a page that called provideNames()');
  return names;
}

/** Returns `#ops` or `@ada` for an id, with the id; any other text unchanged, without an id. */
export function labelOf(written: string, names: PageNames): { label: string; id: string | null } {
  if (!isId(written)) return { label: written, id: null };
  const name = names.get(written);
  return name === undefined ? { label: written, id: null } : { label: `${signOf(written)}${name}`, id: written };
}

export const signOf = (id: string) => (isUserId(id) ? '@' : '#');
