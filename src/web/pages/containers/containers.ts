import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import { query, reason } from '../../api.ts';
import { type ContainerList, containersApi } from '../../containers-api.ts';
import { usePoll } from '../../lib/poll.ts';
import { withShortNetworks } from './names.ts';

const nameOfAddress = () => new URLSearchParams(location.search).get('name');

/** The list, and which of it is open; that is in the address, so that it can be shared and left with Back. */
export function useContainers() {
  const list = shallowRef<ContainerList | null>(null);
  const problem = ref<string | null>(null);
  const openName = ref(nameOfAddress());

  async function refresh() {
    try {
      list.value = withShortNetworks(await containersApi.list());
      problem.value = null;
    } catch (error) {
      problem.value = reason(error);
    }
  }
  usePoll(refresh, 3_000);

  const open = computed(() => list.value?.containers.find(({ name }) => name === openName.value) ?? null);
  function show(name: string | null) {
    if (name === openName.value) return;
    openName.value = name;
    history.pushState(null, '', location.pathname + query({ name: name ?? '' }));
    window.scrollTo(0, 0);
  }
  const onBack = () => {
    openName.value = nameOfAddress();
  };
  addEventListener('popstate', onBack);
  onScopeDispose(() => removeEventListener('popstate', onBack));

  return { list, problem, openName, open, show, refresh };
}
