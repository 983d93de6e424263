import { computed, onScopeDispose, ref, shallowRef, watchEffect } from 'vue';
import { ApiError, address, query, reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { type ContainerList, containersApi } from './api.ts';
import { forPeople } from './names.ts';

/** The address of this page with a container open; null: of the list. */
export const pageOf = (name: string | null) => address(`containers${query({ name: name ?? '' })}`);
const nameOfAddress = () => new URLSearchParams(location.search).get('name') || null;

/** The list, and which of it is open; that is in the address, so that it can be shared and left with Back. */
export function useContainers() {
  const list = shallowRef<ContainerList | null>(null);
  const problem = ref<string | null>(null);
  /** Whether the server has no such list: the module is off. */
  const off = ref(false);
  const openName = ref(nameOfAddress());
  let asked = 0;

  async function refresh() {
    asked++;
    const mine = asked;
    try {
      const answer = await containersApi.list();
      // One that was asked for before an action may come after the one asked for after it.
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
