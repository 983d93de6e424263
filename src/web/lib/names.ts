import { type InjectionKey, inject, onScopeDispose, provide, shallowReactive } from 'vue';
import { isChannelId, isUserId } from '../../domain/slack-ids.ts';
import { api, type KnownName } from '../api.ts';

/** Names for ids, as far as the server knows them. */
export interface PageNames {
  /** Without `@` or `#`. undefined: not known, or not yet: asking for it makes the page ask the server. */
  get(id: string): string | undefined;
  learn(names: readonly KnownName[]): void;
}

const mostInOneQuestion = 100;
/** An id without a name may get one: a user who joined, a list that Slack did not give in time. */
const askAgainMs = 60_000;
const gatherMs = 40;

/** Whether it is the id of a person or a channel. The id of a direct message, `D…`, is neither. */
export const isId = (text: string) => isUserId(text) || (isChannelId(text) && !text.startsWith('D'));

/** The ids that a page shows are gathered for a moment and asked for together, each once. */
function createNames(): PageNames {
  const known = shallowReactive(new Map<string, string>());
  const asked = new Set<string>();
  const waiting: string[] = [];
  let timer = 0;
  const forget = window.setInterval(() => {
    for (const id of asked) if (!known.has(id)) asked.delete(id);
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
    // Without an answer the ids stay as they are.
    learn(await api.names(ids).catch(() => []));
  }

  return {
    get(id) {
      const name = known.get(id);
      if (name !== undefined || asked.has(id) || !isId(id)) return name;
      asked.add(id);
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

/** How people know a channel or a person: `#ops`, `@ada`; the id stands beside it when that is what was given. */
export function labelOf(written: string, names: PageNames): { label: string; id: string | null } {
  if (!isId(written)) return { label: written, id: null };
  const name = names.get(written);
  return name === undefined ? { label: written, id: null } : { label: `${signOf(written)}${name}`, id: written };
}

export const signOf = (id: string) => (isUserId(id) ? '@' : '#');
