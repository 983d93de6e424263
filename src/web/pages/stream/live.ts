import { computed, reactive, ref, shallowReactive } from 'vue';
import { type Level, type LiveEvent, levels } from '../../../domain/live.ts';
import { useEvents } from '../../lib/sse.ts';

export interface Card extends LiveEvent {
  /** Unlike `id`, not used again after the server's restart. */
  key: string;
}

/** Cards kept per level; the server replays 500 in all. */
const kept = 500;

/** Remembers the last 5,000 keys. */
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

/** What `/events` says, newest first per level. While paused it is buffered and counted, not shown. */
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
    live({ data, id }) {
      const event = data as LiveEvent;
      const key = id || `${event.id}@${event.at}`;
      // A reconnect without Last-Event-ID replays what is here already.
      if (!isNew(key)) return;
      if (paused.value) {
        waiting.value.push({ ...event, key });
        if (waiting.value.length > kept * levels.length) waiting.value.shift();
      } else show({ ...event, key });
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
