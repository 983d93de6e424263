import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { deliveryStates } from '../../../domain/delivery.ts';
import { api, type Delivery, type DeliveryQuery, type DeliveryState, query, reason } from '../../api.ts';
import { debounce, usePoll } from '../../lib/poll.ts';

export interface Filter {
  q: string;
  channel: string;
  state: DeliveryState | '';
}

function filterOfAddress(): Filter & { id: string } {
  const params = new URLSearchParams(location.search);
  const get = (name: string) => params.get(name) ?? '';
  const state = deliveryStates.find((name) => name === get('state')) ?? '';
  return { q: get('q'), channel: get('channel'), state, id: get('id') };
}

/** Returns the filtered list of deliveries. The filter is also in the page's address, to share and reload it. */
export function useLedger() {
  const { id: linked, ...start } = filterOfAddress();
  const filter = reactive<Filter>(start);
  const items = shallowRef<Delivery[]>([]);
  const next = ref<string | null>(null);
  const loading = ref(true);
  const problem = ref<string | null>(null);
  const open = ref<string | null>(linked || null);
  let round = 0;

  async function load(cursor?: string) {
    const mine = ++round;
    const wanted: DeliveryQuery = { ...filter, q: filter.q.trim(), channel: filter.channel.trim(), limit: 50, cursor };
    try {
      const page = await api.deliveries(wanted);
      // A late response to an earlier request must not replace a newer one.
      if (mine !== round) return;
      items.value = cursor ? [...items.value, ...page.messages] : page.messages;
      next.value = page.next;
      problem.value = null;
    } catch (error) {
      if (mine === round) problem.value = reason(error);
    }
    if (mine === round) loading.value = false;
  }

  /** Reloads the newest page. If older pages are shown too, updates only the deliveries whose state may still change. */
  async function refresh() {
    if (loading.value || items.value.length > 50) return refreshOpenOnes();
    await load();
  }
  async function refreshOpenOnes() {
    const moving = items.value.filter((d) => d.state === 'queued' || d.state === 'sending' || d.pending).slice(0, 10);
    for (const delivery of await Promise.all(moving.map((d) => api.delivery(d.id).catch(() => d)))) put(delivery);
  }
  function put(delivery: Delivery) {
    items.value = items.value.map((d) => (d.id === delivery.id ? delivery : d));
  }

  const search = debounce(() => {
    loading.value = true;
    void load();
  }, 250);
  watch(filter, () => {
    history.replaceState(null, '', location.pathname + query({ ...filter }));
    search();
  });
  usePoll(() => (round === 0 ? load() : refresh()), 3_000);

  const filtered = computed(() => Boolean(filter.q.trim() || filter.channel.trim() || filter.state));
  const clear = () => Object.assign(filter, { q: '', channel: '', state: '' });
  const older = () => (next.value ? load(next.value) : undefined);
  return { filter, filtered, clear, items, next, loading, problem, open, linked, older, put };
}
