import { computed, type Ref, ref, watch } from 'vue';
import type { Line } from './log-lines.ts';

export interface Piece {
  text: string;
  hit: boolean;
}

/** Splits a text at the occurrences of the needle, ignoring case. */
export function pieces(text: string, needle: string): Piece[] {
  const all: Piece[] = [];
  const small = text.toLowerCase();
  // Some letters have another length in lower case; then the positions would be wrong.
  if (!needle || small.length !== text.length) return [{ text, hit: false }];
  let from = 0;
  for (let at = small.indexOf(needle); at >= 0; at = small.indexOf(needle, from)) {
    if (at > from) all.push({ text: text.slice(from, at), hit: false });
    from = at + needle.length;
    all.push({ text: text.slice(at, from), hit: true });
  }
  if (from < text.length) all.push({ text: text.slice(from), hit: false });
  return all;
}

/** Returns the lines with the searched text, and the current one of them. */
export function useLogSearch(lines: Ref<Line[]>) {
  const text = ref('');
  const only = ref(false);
  const needle = computed(() => text.value.trim().toLowerCase());
  const hits = computed(() =>
    needle.value ? lines.value.filter((line) => line.text.toLowerCase().includes(needle.value)) : [],
  );
  const shown = computed(() => (only.value && needle.value ? hits.value : lines.value));
  const current = ref<number | null>(null);
  watch(needle, () => {
    current.value = null;
  });
  const place = computed(() => hits.value.findIndex((line) => line.id === current.value));

  /** Goes to the next hit (1) or the previous one (-1), cyclically; at first to the newest. */
  function step(by: 1 | -1) {
    const { length } = hits.value;
    if (!length) return;
    const next = place.value < 0 ? length - 1 : (place.value + by + length) % length;
    current.value = hits.value[next]?.id ?? null;
  }
  return { text, only, needle, hits, shown, current, place, step };
}
