import { computed, reactive, ref, shallowRef, watch } from 'vue';
import { type AuditOutcome, auditOutcomes } from '../../../domain/audit.ts';
import { query, reason } from '../../../web/api.ts';
import { debounce, usePoll } from '../../../web/lib/poll.ts';
import { type AuditEntry, accessApi } from './api.ts';

export interface Filter {
  action: string;
  actor: string;
  target: string;
  outcome: AuditOutcome | '';
}

/** The most pages that are fetched in a row when they are empty; the button continues from there. */
const mostEmptyPages = 10;
const limit = 50;

function filterOfAddress(): Filter {
  const params = new URLSearchParams(location.search);
  const get = (name: string) => params.get(name) ?? '';
  const outcome = auditOutcomes.find((name) => name === get('outcome')) ?? '';
  return { action: get('action'), actor: get('actor'), target: get('target'), outcome };
}

/** Returns the filtered list of entries. The filter is also in the page's address, to share and reload it. */
export function useAudit() {
  const filter = reactive<Filter>(filterOfAddress());
  const entries = shallowRef<AuditEntry[]>([]);
  const next = ref<string | null>(null);
  const loading = ref(true);
  /** Older entries are being fetched. */
  const fetching = ref(false);
  const problem = ref<string | null>(null);
  /** The pages that the list is made of. */
  let pages = 0;
  let round = 0;

  const trimmed = () => {
    const { action, actor, target, outcome } = filter;
    return { action: action.trim(), actor: actor.trim(), target: target.trim(), outcome };
  };

  /** @param from the cursor of older entries; absent: the newest page, which replaces the list */
  async function load(from?: string) {
    const mine = ++round;
    const found: AuditEntry[] = [];
    let cursor: string | null = from ?? null;
    let fetched = 0;
    try {
      do {
        const page = await accessApi.audit({ ...trimmed(), limit, ...(cursor !== null && { cursor }) });
        // A late response to an earlier request must not replace a newer one.
        if (mine !== round) return;
        found.push(...page.entries);
        cursor = page.next;
        fetched += 1;
      } while (found.length === 0 && cursor !== null && fetched < mostEmptyPages);
      entries.value = from === undefined ? found : [...entries.value, ...found];
      next.value = cursor;
      pages = from === undefined ? fetched : pages + fetched;
      problem.value = null;
    } catch (error) {
      if (mine === round) problem.value = reason(error);
    }
    if (mine === round) loading.value = false;
  }

  const search = debounce(() => {
    loading.value = true;
    void load();
  }, 250);
  watch(filter, () => {
    history.replaceState(null, '', location.pathname + query(trimmed()));
    search();
  });
  // Older entries do not change; with them on the screen, new ones would move what is read.
  usePoll(async () => {
    if (pages <= 1 && !fetching.value) await load();
  }, 10_000);

  const filtered = computed(() => Object.values(trimmed()).some(Boolean));
  const clear = () => Object.assign(filter, { action: '', actor: '', target: '', outcome: '' });
  const older = async () => {
    if (next.value === null) return;
    fetching.value = true;
    await load(next.value);
    fetching.value = false;
  };
  return { filter, filtered, clear, entries, next, loading, fetching, problem, older };
}
