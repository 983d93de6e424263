import { ref, shallowRef } from 'vue';
import { reason } from '../../../web/api.ts';
import { fetchPages, useGrowingList } from '../../../web/lib/growing-list.ts';
import { type Workspace, workspacesApi } from './api.ts';

const limit = 50;

/** Returns the list of workspaces, by their ids, and what an action answered. */
export function useWorkspaces() {
  const workspaces = shallowRef<Workspace[]>([]);
  const total = ref(0);
  const next = ref<string | null>(null);
  const done = ref<string | null>(null);
  const refusal = ref<string | null>(null);
  /** The team that is being removed. */
  const busy = ref<string | null>(null);
  const list = useGrowingList({
    refreshMs: 30_000,
    async fetch(most) {
      const pages = await fetchPages(most, (cursor) => workspacesApi.list({ limit, ...cursor }));
      return () => {
        workspaces.value = pages.flatMap((page) => page.workspaces);
        total.value = pages.at(-1)?.total ?? 0;
        next.value = pages.at(-1)?.next ?? null;
      };
    },
  });

  async function remove({ team, name }: Workspace, erase: boolean) {
    busy.value = team;
    done.value = refusal.value = null;
    try {
      const { isRevoked, why, rows } = await workspacesApi.remove(team, erase);
      const erased = erase ? ` ${rows} rows were erased.` : '';
      done.value = `${name} was removed.${erased}${isRevoked ? '' : ` Its token may still work: ${why}`}`;
    } catch (error) {
      refusal.value = reason(error);
    }
    busy.value = null;
    await list.load();
  }
  return { ...list, workspaces, total, next, done, refusal, busy, remove };
}
