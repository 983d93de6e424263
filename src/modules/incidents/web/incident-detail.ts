import { ref, shallowRef } from 'vue';
import { ApiError, api, type Delivery, reason } from '../../../web/api.ts';
import { usePoll } from '../../../web/lib/poll.ts';
import { type Changed, type IncidentWithHistory, incidentsApi } from './api.ts';

/** Returns an incident with its history, its card's delivery, and what an action answered. */
export function useIncident(number: number) {
  const incident = shallowRef<IncidentWithHistory | null>(null);
  /** Null: the ledger no longer has it, or it cannot be read. */
  const card = shallowRef<Delivery | null>(null);
  /** Why the incident could not be fetched. */
  const problem = ref<string | null>(null);
  const isUnknown = ref(false);
  const refusal = ref<string | null>(null);
  const done = ref<string | null>(null);
  const busy = ref(false);
  let round = 0;

  async function load() {
    const mine = ++round;
    try {
      const found = await incidentsApi.one(number);
      const delivery = found.card === null ? null : await api.delivery(found.card.id).catch(() => null);
      // A late response to an earlier request must not replace a newer one.
      if (mine !== round) return;
      incident.value = found;
      card.value = delivery;
      problem.value = null;
    } catch (error) {
      if (mine !== round) return;
      problem.value = reason(error);
      isUnknown.value = error instanceof ApiError && error.status === 404;
    }
  }
  /** Does an action, then shows the incident as it is now, also after a refusal. */
  async function act(action: () => Promise<Changed>) {
    if (busy.value) return;
    busy.value = true;
    refusal.value = null;
    done.value = null;
    try {
      done.value = (await action()).msg;
    } catch (error) {
      refusal.value = reason(error);
    }
    await load();
    busy.value = false;
  }
  usePoll(async () => {
    if (!busy.value && !isUnknown.value) await load();
  }, 5_000);
  return { incident, card, problem, isUnknown, refusal, done, busy, act };
}
