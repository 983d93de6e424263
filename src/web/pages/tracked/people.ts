import { computed, onMounted, ref } from 'vue';
import { api } from '../../api.ts';
import { simulator } from '../../simulator-api.ts';

export interface Known {
  id: string;
  name: string;
}

/** Names for ids, where we can know them: the simulator tells them; with a real Slack the ids have to do. */
export function usePeople() {
  const people = ref<Known[]>([]);
  const channels = ref<Known[]>([]);
  onMounted(async () => {
    const status = await api.status().catch(() => null);
    if (!status?.simulator) return;
    const state = await simulator.state().catch(() => null);
    people.value = state?.users ?? [];
    channels.value = state?.channels.filter((channel) => channel.kind === 'channel') ?? [];
  });
  const names = computed(() => new Map([...people.value, ...channels.value].map(({ id, name }) => [id, name])));
  return { people, channels, names };
}
