import { ref } from 'vue';
import { reason } from '../api.ts';
import { usePoll } from './poll.ts';

interface Page {
  next: string | null;
}

export interface GrowingListOptions {
  /** Fetches the first `pages` pages of the list. Resolves with a function that shows them. */
  fetch(pages: number): Promise<() => void>;
  refreshMs: number;
}

/** A list that grows by a page at a time, and is refreshed as a whole. */
export function useGrowingList({ fetch, refreshMs }: GrowingListOptions) {
  const pages = ref(1);
  const loading = ref(true);
  /** Whether a further page is fetched. */
  const fetching = ref(false);
  const problem = ref<string | null>(null);
  let round = 0;

  async function load() {
    const mine = ++round;
    try {
      const show = await fetch(pages.value);
      // A late response to an earlier request must not replace a newer one.
      if (mine !== round) return;
      show();
      problem.value = null;
    } catch (error) {
      if (mine === round) problem.value = reason(error);
    }
    if (mine === round) loading.value = false;
  }

  usePoll(async () => {
    if (!fetching.value) await load();
  }, refreshMs);

  /** Begins with one page again; the caller then calls `load`. */
  function restart() {
    loading.value = true;
    pages.value = 1;
  }
  async function more() {
    fetching.value = true;
    pages.value += 1;
    await load();
    fetching.value = false;
  }
  return { pages, loading, fetching, problem, load, restart, more };
}

/** Fetches up to `most` pages of a list, each from the cursor of the page before. */
export async function fetchPages<P extends Page>(
  most: number,
  fetchPage: (cursor: { cursor?: string }) => Promise<P>,
): Promise<P[]> {
  const pages: P[] = [];
  let next: string | null = null;
  do {
    const page: P = await fetchPage(next === null ? {} : { cursor: next });
    pages.push(page);
    next = page.next;
  } while (next !== null && pages.length < most);
  return pages;
}
