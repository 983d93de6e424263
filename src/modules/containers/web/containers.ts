import { computed, onScopeDispose, ref, shallowRef, watchEffect } from 'vue';
import { ApiError, address, query, reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { type ContainerList, containersApi } from './api.ts';
import { forPeople } from './names.ts';

/** Returns the address of a container's page; with null, of the list. */
export const pageOf = (name: string | null) => address(`containers${query({ name: name ?? '' })}`);
const nameOfAddress = () => new URLSearchParams(location.search).get('name') || null;

/** Returns the list and the open container, which is part of the page's address, so that it can be shared and Back works. */
export function useContainers() {
  const list = shallowRef<ContainerList | null>(null);
  const problem = ref<string | null>(null);
  /** Whether the module is off. */
  const off = ref(false);
  const openName = ref(nameOfAddress());
  let asked = 0;

  async function refresh() {
    asked++;
    const mine = asked;
    try {
      const answer = await containersApi.list();
      // A response to a request from before an action may arrive after a newer one.
      if (mine === asked) list.value = forPeople(answer);
      problem.value = null;
      off.value = false;
    } catch (error) {
      off.value = error instanceof ApiError && (error.status === 403 || error.status === 404);
      problem.value = off.value ? null : reason(error);
    }
  }
  usePoll(refresh, 3_000);

  const open = computed(() => list.value?.containers.find(({ name }) => name === openName.value) ?? null);
  function show(name: string | null) {
    if (name === openName.value) return;
    openName.value = name;
    history.pushState(null, '', pageOf(name));
    window.scrollTo(0, 0);
  }
  const onBack = () => {
    openName.value = nameOfAddress();
  };
  addEventListener('popstate', onBack);
  onScopeDispose(() => removeEventListener('popstate', onBack));
  watchEffect(() => {
    document.title = [openName.value, 'Containers · Ultronex'].filter(Boolean).join(' · ');
  });

  return { list, problem, off, openName, open, show, refresh };
}
