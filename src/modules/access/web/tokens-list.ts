import { computed, ref, shallowRef } from 'vue';
import { reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { accessApi, type Token } from './api.ts';

/** Returns the list of tokens, active ones first, each part newest first. */
export function useTokens() {
  const tokens = shallowRef<Token[] | null>(null);
  /** Why the list could not be fetched. */
  const problem = ref<string | null>(null);
  const refusal = ref<string | null>(null);
  let round = 0;

  async function load() {
    const mine = ++round;
    try {
      const found = await accessApi.tokens();
      // A late response to an earlier request must not replace a newer one.
      if (mine !== round) return;
      tokens.value = found;
      problem.value = null;
    } catch (error) {
      if (mine === round) problem.value = reason(error);
    }
  }
  async function revoke(name: string) {
    try {
      await accessApi.revoke(name);
      refusal.value = null;
    } catch (error) {
      refusal.value = reason(error);
    }
    await load();
  }
  usePoll(load, 30_000);

  const sorted = computed(() => {
    const all = tokens.value ?? [];
    return [...all.filter(({ state }) => state === 'active'), ...all.filter(({ state }) => state !== 'active')];
  });
  return { loaded: computed(() => tokens.value !== null), tokens: sorted, problem, refusal, load, revoke };
}
