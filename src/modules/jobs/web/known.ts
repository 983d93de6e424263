import { ref, shallowRef } from 'vue';
import { ApiError, reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { jobsApi } from './api.ts';
import type { Known } from './types.ts';

const refreshMs = 30_000;

/** Returns the jobs of JOBS_DIR and what the reader may do, read again while the page is open. */
export function useKnown() {
  const known = shallowRef<Known | null>(null);
  const problem = ref<string | null>(null);
  /** The module is off. */
  const isOff = ref(false);
  usePoll(async () => {
    try {
      const found = await jobsApi.known();
      // The same object as long as nothing changed: a form depends on it.
      if (JSON.stringify(found) !== JSON.stringify(known.value)) known.value = found;
      problem.value = null;
      isOff.value = false;
    } catch (error) {
      isOff.value = error instanceof ApiError && error.status === 403;
      problem.value = reason(error);
    }
  }, refreshMs);
  return { known, problem, isOff };
}
