import { computed, reactive, ref, shallowReactive } from 'vue';
import { type Level, type LiveEvent, levels } from '../../../domain/live.ts';
import { useEvents } from '../../lib/sse.ts';

export type Card = LiveEvent;

/** Most cards per level. The server replays at most 500 in total. */
const kept = 500;

/** Returns a function that tells whether a key is new. It remembers the last 5,000 keys. */
function rememberKeys() {
  const keys = new Set<string>();
  return (key: string): boolean => {
    if (keys.has(key)) return false;
    keys.add(key);
    const [oldest] = keys;
    if (keys.size > 5_000 && oldest) keys.delete(oldest);
    return true;
  };
}

/** Returns the events of `/events` by level, newest first. While paused they are buffered and counted. */
export function useLive() {
  const columns = reactive<Record<Level, Card[]>>({
    success: shallowReactive([]),
    warning: shallowReactive([]),
    danger: shallowReactive([]),
  });
  const waiting = ref<Card[]>([]);
  const paused = ref(false);
  const isNew = rememberKeys();

  function show(card: Card) {
    const column = columns[card.level];
    column.unshift(card);
    if (column.length > kept) column.pop();
  }

  const connection = useEvents('events', {
    live({ data }) {
      const event = data as LiveEvent;
      // A reconnect replays events that are shown already.
      if (!isNew(event.id)) return;
      if (paused.value) {
        waiting.value.push(event);
        if (waiting.value.length > kept * levels.length) waiting.value.shift();
      } else show(event);
    },
  });

  function resume() {
    paused.value = false;
    for (const card of waiting.value) show(card);
    waiting.value = [];
  }
  function clear() {
    for (const level of levels) columns[level].length = 0;
    waiting.value = [];
  }
  const channels = computed(() =>
    [...new Set(levels.flatMap((level) => columns[level].map((c) => c.channel)))].filter(Boolean).sort(),
  );

  return { columns, channels, waiting, paused, connection, resume, clear };
}
