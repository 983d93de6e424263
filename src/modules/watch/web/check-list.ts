import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { query } from '../../../web/api.ts';
import { fetchPages, useGrowingList } from '../../../web/lib/growing-list.ts';
import { debounce } from '../../../web/lib/poll.ts';
import { type Check, type CheckState, type Watched, watchApi } from './api.ts';
import { byWeight, checkStates } from './words.ts';

export interface Filter {
  state: CheckState | 'all';
  search: string;
}

const limit = 200;
/** Every refresh fetches all pages on the screen, so there are few. */
const mostPages = 5;
const refreshMs = 20_000;

function filterOfAddress(): Filter {
  const params = new URLSearchParams(location.search);
  return {
    state: checkStates.find((name) => name === params.get('state')) ?? 'all',
    search: params.get('search') ?? '',
  };
}

/** Returns the filtered list of checks, and beats and maintenance. The filter is also in the page's address. */
export function useChecks() {
  const filter = reactive<Filter>(filterOfAddress());
  const checks = shallowRef<Check[]>([]);
  const watched = shallowRef<Watched | null>(null);
  const total = ref(0);
  /** What is down is on the screen, however many pages there are. */
  async function fetchAll(most: number) {
    const search = filter.search.trim();
    const state = filter.state === 'all' ? undefined : filter.state;
    const pages = await fetchPages(most, (cursor) => watchApi.list({ state, search, limit, ...cursor }));
    const found = new Map(pages.flatMap((page) => page.checks).map((check) => [check.name, check]));
    const page = pages.at(-1);
    const count = page?.total ?? 0;
    if (state === undefined && page?.next) {
      for (const wrong of ['down', 'failing'] as const) {
        for (const check of (await watchApi.list({ state: wrong, search, limit })).checks) found.set(check.name, check);
      }
    }
    return { found: [...found.values()].sort(byWeight), count };
  }

  const list = useGrowingList({
    refreshMs,
    async fetch(most) {
      const [{ found, count }, all] = await Promise.all([fetchAll(most), watchApi.watched()]);
      return () => {
        checks.value = found;
        total.value = count;
        watched.value = all;
      };
    },
  });
  const { loading, fetching, problem } = list;

  const search = debounce(list.load, 250);
  watch(filter, ({ state, search: text }) => {
    const params = query({ state: state === 'all' ? '' : state, search: text.trim() });
    history.replaceState(null, '', location.pathname + params);
    list.restart();
    search();
  });
  const clear = () => Object.assign(filter, { search: '', state: 'all' });
  const left = computed(() => Math.max(0, total.value - checks.value.length));
  const hasMore = computed(() => left.value > 0 && list.pages.value < mostPages);
  return { filter, clear, checks, watched, left, hasMore, loading, fetching, problem, more: list.more };
}
