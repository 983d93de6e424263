import { ref, shallowRef } from 'vue';
import { ApiError, reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { type CheckResult, type CheckWithHistory, watchApi } from './api.ts';

const refreshMs = 15_000;

/** Returns a check with its history, and the result of "Check now". */
export function useCheck(name: string) {
  const check = shallowRef<CheckWithHistory | null>(null);
  /** Why the check could not be fetched. */
  const problem = ref<string | null>(null);
  const isUnknown = ref(false);
  const answer = shallowRef<CheckResult | null>(null);
  const refusal = ref<string | null>(null);
  const busy = ref(false);
  let round = 0;

  async function load() {
    const mine = ++round;
    try {
      const found = await watchApi.one(name);
      // A late response to an earlier request must not replace a newer one.
      if (mine !== round) return;
      check.value = found;
      problem.value = null;
    } catch (error) {
      if (mine !== round) return;
      problem.value = reason(error);
      isUnknown.value = error instanceof ApiError && error.status === 404;
    }
  }
  /** Makes the check, then shows it as it is now, also after a refusal. */
  async function checkNow() {
    if (busy.value) return;
    busy.value = true;
    refusal.value = null;
    answer.value = null;
    try {
      answer.value = await watchApi.checkNow(name);
    } catch (error) {
      refusal.value = reason(error);
    }
    await load();
    busy.value = false;
  }
  usePoll(async () => {
    if (!busy.value && !isUnknown.value) await load();
  }, refreshMs);
  return { check, problem, isUnknown, answer, refusal, busy, checkNow };
}
