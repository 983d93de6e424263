import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { query } from '../../../web/api.ts';
import { fetchPages, useGrowingList } from '../../../web/lib/growing-list.ts';
import { debounce } from '../../../web/lib/poll.ts';
import { jobsApi } from './api.ts';
import type { Job } from './types.ts';
import { type Tab, tabs } from './words.ts';

export interface Filter {
  state: Tab;
  /** Name of a definition; '' for all jobs. */
  job: string;
}

const limit = 50;
/** Every refresh fetches all pages on the screen, so there are few. */
const mostPages = 10;
const refreshMs = 5_000;

function filterOfAddress(): Filter {
  const params = new URLSearchParams(location.search);
  return {
    state: tabs.find((name) => name === params.get('state')) ?? 'all',
    job: params.get('job')?.slice(0, 100) ?? '',
  };
}

/** Returns the filtered list of jobs. The filter is also in the page's address. */
export function useJobs() {
  const filter = reactive<Filter>(filterOfAddress());
  const jobs = shallowRef<Job[]>([]);
  const next = ref<string | null>(null);
  const list = useGrowingList({
    refreshMs,
    async fetch(most) {
      const state = filter.state === 'all' ? undefined : filter.state;
      const job = filter.job || undefined;
      const pages = await fetchPages(most, (cursor) => jobsApi.list({ state, job, limit, ...cursor }));
      const found = new Map(pages.flatMap((page) => page.jobs).map((each) => [each.id, each]));
      return () => {
        jobs.value = [...found.values()];
        next.value = pages.at(-1)?.next ?? null;
      };
    },
  });
  const { loading, fetching, problem } = list;

  const reload = debounce(list.load, 50);
  watch(filter, ({ state, job }) => {
    const params = query({ state: state === 'all' ? '' : state, job });
    history.replaceState(null, '', location.pathname + params);
    list.restart();
    reload();
  });
  const clear = () => Object.assign(filter, { state: 'all', job: '' });
  const hasOlder = computed(() => next.value !== null && list.pages.value < mostPages);
  return { filter, clear, jobs, next, hasOlder, loading, fetching, problem, older: list.more };
}
