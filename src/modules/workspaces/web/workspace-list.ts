import { ref, shallowRef } from 'vue';
import { reason } from '../../../web/api.ts';
import { fetchPages, useGrowingList } from '../../../web/lib/growing-list.ts';
import { type Workspace, type WorkspaceList, workspacesApi } from './api.ts';

const limit = 50;

/** Returns the list of workspaces, by their ids, and what an action answered. */
export function useWorkspaces() {
  const workspaces = shallowRef<Workspace[]>([]);
  const total = ref(0);
  const next = ref<string | null>(null);
  /** Whether workspaces can install the bot. */
  const installs = ref(true);
  /** Bots of the Redis hash that are not served; `unservedTotal` counts also those that are not listed. */
  const unserved = shallowRef<WorkspaceList['unserved']>([]);
  const unservedTotal = ref(0);
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
        installs.value = pages.at(-1)?.installs ?? true;
        unserved.value = pages.at(-1)?.unserved ?? [];
        unservedTotal.value = pages.at(-1)?.unservedTotal ?? 0;
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
  return { ...list, workspaces, total, next, installs, unserved, unservedTotal, done, refusal, busy, remove };
}
