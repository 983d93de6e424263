import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { severities } from '../../../domain/severity.ts';
import { query } from '../../../web/api.ts';
import { fetchPages, useGrowingList } from '../../../web/lib/growing-list.ts';
import { debounce } from '../../../web/lib/poll.ts';
import { type Incident, type IncidentTab, incidentsApi, incidentTabs, type Maintenance } from './api.ts';

export interface Filter {
  state: IncidentTab;
  search: string;
}
/** The open incidents of all pages; `more`: there are others. */
export interface OpenOnes {
  incidents: readonly Incident[];
  more: boolean;
}

const limit = 100;
/** Every refresh fetches all pages on the screen, so there are few. */
const mostPages = 5;
const refreshMs = 5_000;

function filterOfAddress(): Filter {
  const params = new URLSearchParams(location.search);
  return {
    state: incidentTabs.find((name) => name === params.get('state')) ?? 'open',
    search: params.get('search') ?? '',
  };
}
/** Worst first, then newest first. */
const byWeight = (one: Incident, other: Incident) =>
  severities.indexOf(one.severity) - severities.indexOf(other.severity) || other.number - one.number;

/** Returns the filtered list of incidents. The filter is also in the page's address, to share and reload it. */
export function useIncidents() {
  const filter = reactive<Filter>(filterOfAddress());
  const incidents = shallowRef<Incident[]>([]);
  const open = shallowRef<OpenOnes | null>(null);
  /** The newest resolved incident, when none is open. */
  const latest = shallowRef<Incident | null>(null);
  const maintenance = shallowRef<Maintenance[]>([]);
  const next = ref<string | null>(null);
  const list = useGrowingList({
    refreshMs,
    async fetch(most) {
      const { state } = filter;
      const search = filter.search.trim();
      const pages = await fetchPages(most, (cursor) => incidentsApi.list({ state, search, limit, ...cursor }));
      const found = pages.flatMap((page) => page.incidents);
      const last = pages.at(-1);
      const isOpenOnes = state === 'open' && search === '';
      const ofOpen = isOpenOnes ? null : await incidentsApi.list({ state: 'open', limit });
      const ofResolved =
        isOpenOnes && found.length === 0 ? await incidentsApi.list({ state: 'resolved', limit: 1 }) : null;
      return () => {
        incidents.value = state === 'open' ? found.sort(byWeight) : found;
        next.value = last?.next ?? null;
        open.value = {
          incidents: ofOpen?.incidents ?? incidents.value,
          more: (ofOpen === null ? next.value : ofOpen.next) !== null,
        };
        latest.value = ofResolved?.incidents[0] ?? null;
        maintenance.value = last?.maintenance ?? [];
      };
    },
  });
  const { loading, fetching, problem, load } = list;

  const search = debounce(load, 250);
  watch(filter, ({ state, search: text }) => {
    const params = query({ state: state === 'open' ? '' : state, search: text.trim() });
    history.replaceState(null, '', location.pathname + params);
    list.restart();
    search();
  });
  const clear = () => Object.assign(filter, { search: '' });
  const hasOlder = computed(() => next.value !== null && list.pages.value < mostPages);
  return {
    filter,
    clear,
    incidents,
    open,
    latest,
    maintenance,
    next,
    hasOlder,
    loading,
    fetching,
    problem,
    load,
    older: list.more,
  };
}
