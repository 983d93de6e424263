import { computed, reactive, ref } from 'vue';
import { ApiError, address, reason } from '../../../web/api.ts';
import { jobsApi } from './api.ts';
import { curlLine } from './curl.ts';
import { type Draft, fieldsOf, problemsOfRows, requestOf } from './request.ts';
import type { Known } from './types.ts';

/** Random, also on pages without https, where `crypto.randomUUID` is missing. */
export const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join('-');

/** Returns the form that starts a job, and why the server refused it. */
export function useRunForm(known: () => Known, first: Draft, onStarted: (id: string) => void) {
  const draft = reactive<Draft>(first);
  const busy = ref(false);
  const refusal = ref<{ text: string; field: string | null } | null>(null);
  /** Set once the form was sent: an unfinished form does not complain. */
  const checked = ref(false);
  let key = newKey();
  let sent = '';

  const definition = computed(() => known().definitions.find(({ name }) => name === draft.job) ?? null);
  const isGone = computed(() => draft.job !== '' && definition.value === null);
  const request = computed(() => requestOf(draft, definition.value));
  const rowProblems = computed(() =>
    checked.value && draft.job === '' ? problemsOfRows(draft.rows) : new Map<number, string>(),
  );
  const curl = computed(() => curlLine(location.origin + address(''), request.value.path, request.value.body));

  async function start() {
    checked.value = true;
    if (busy.value || isGone.value || rowProblems.value.size > 0) return;
    busy.value = true;
    refusal.value = null;
    const { path, body } = request.value;
    // The same request after a lost response has the same key, so that it starts one job.
    const now = JSON.stringify([path, body]);
    if (sent !== now) key = newKey();
    sent = now;
    try {
      const { id } = await jobsApi.start(path, body, key);
      sent = '';
      onStarted(id);
    } catch (error) {
      // Refused: nothing was started.
      if (error instanceof ApiError && error.status >= 400 && error.status < 500) sent = '';
      refusal.value = { text: reason(error), field: error instanceof ApiError ? error.field : null };
    }
    busy.value = false;
  }
  /** The names of the fields on the screen: a refusal of another field is shown below them. */
  const fields = computed(() =>
    definition.value === null
      ? ['timeout', ...fieldsOf[draft.target].map(({ name }) => name), ...draft.rows.map(({ name }) => name.trim())]
      : Object.keys(definition.value.arguments),
  );
  const fieldOf = (path: string | null) =>
    path === null ? null : (fields.value.find((name) => name === path || name === path.split(/[.[/]/)[0]) ?? null);
  const refusedField = computed(() => fieldOf(refusal.value?.field ?? null));
  const problemOf = (name: string) => (refusedField.value === name ? (refusal.value?.text ?? null) : null);
  const problem = computed(() => (refusedField.value === null ? (refusal.value?.text ?? null) : null));
  const forgive = () => {
    refusal.value = null;
  };
  return { draft, definition, isGone, busy, problem, problemOf, rowProblems, curl, start, forgive };
}
