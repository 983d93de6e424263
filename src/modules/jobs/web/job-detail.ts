import { computed, ref, shallowRef } from 'vue';
import { ApiError, reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { jobsApi } from './api.ts';
import type { Job } from './types.ts';
import { isEnded } from './words.ts';

/** The stream of the log tells every change as well. */
const refreshMs = 10_000;

/** Returns a run of a job, and what an action on it answered. */
export function useJob(id: string) {
  const job = shallowRef<Job | null>(null);
  /** Why the job could not be fetched. */
  const problem = ref<string | null>(null);
  const isUnknown = ref(false);
  const refusal = ref<string | null>(null);
  const busy = ref(false);
  const hasEnded = computed(() => job.value !== null && isEnded(job.value));

  /** Shows a newer state. An ended job does not change, so an older response is left out. */
  function learn(found: Job) {
    if (!hasEnded.value || isEnded(found)) job.value = found;
  }
  async function load() {
    try {
      learn(await jobsApi.one(id));
      problem.value = null;
    } catch (error) {
      problem.value = reason(error);
      isUnknown.value = error instanceof ApiError && (error.status === 404 || error.status === 422);
    }
  }
  /** Does an action; returns its result, or null after a refusal. */
  async function act<T>(action: () => Promise<T>): Promise<T | null> {
    if (busy.value) return null;
    busy.value = true;
    refusal.value = null;
    try {
      return await action();
    } catch (error) {
      refusal.value = reason(error);
      return null;
    } finally {
      busy.value = false;
    }
  }
  async function stop() {
    const stopped = await act(() => jobsApi.stop(id));
    if (stopped === null) await load();
    else learn(stopped);
  }
  usePoll(async () => {
    if (!isUnknown.value && !hasEnded.value) await load();
  }, refreshMs);
  return { job, problem, isUnknown, refusal, busy, learn, act, stop };
}
