import { computed, type EffectScope, effectScope, onScopeDispose, ref, shallowRef, triggerRef, watch } from 'vue';
import { plain } from '../../../web/lib/plain.ts';
import { type Connection, useEvents } from '../../../web/lib/sse.ts';
import { containersApi, type LogLine } from './api.ts';

export interface Line extends LogLine {
  id: number;
}

/** Most lines on the page; older ones are dropped. */
const kept = 5_000;
const tail = 1_000;
/** Lines are drawn in batches: a program may write a thousand lines a second. */
const drawEveryMs = 100;

const keyOf = ({ time, stream, text }: LogLine) => `${time} ${stream} ${text}`;

/** Follows a container's log. While paused, new lines are counted but not shown. */
export function useLogLines(name: string) {
  const lines = shallowRef<Line[]>([]);
  const waiting = shallowRef<Line[]>([]);
  const paused = ref(false);
  /** The text that the server searches for, also in older lines; '' for all lines. */
  const searched = ref('');
  const connection = ref<Connection>('connecting');
  /** Why the log has ended; null while it is followed. */
  const ended = ref<string | null>(null);
  /** Count of each line before the connection was lost, to skip them: the server sends the tail again. */
  const before = new Map<string, number>();
  let scope: EffectScope | null = null;
  let nextId = 0;
  let timer = 0;

  function take(heard: LogLine) {
    const line = { ...heard, text: plain(heard.text) };
    const key = keyOf(line);
    const known = before.get(key) ?? 0;
    if (known > 0) {
      before.set(key, known - 1);
      return;
    }
    waiting.value.push({ ...line, id: nextId++ });
    timer ||= window.setTimeout(draw, drawEveryMs);
  }
  function draw() {
    timer = 0;
    if (waiting.value.length > kept) waiting.value = waiting.value.slice(-kept);
    if (paused.value) return triggerRef(waiting);
    lines.value = [...lines.value, ...waiting.value].slice(-kept);
    waiting.value = [];
  }
  function resume() {
    paused.value = false;
    draw();
  }
  function onLive() {
    before.clear();
    for (const line of [...lines.value, ...waiting.value]) {
      const key = keyOf(line);
      before.set(key, (before.get(key) ?? 0) + 1);
    }
  }

  function follow() {
    scope?.stop();
    ended.value = null;
    const listeners = {
      message: ({ data }: { data: unknown }) => take(data as LogLine),
      // Closes the stream. Otherwise the browser reconnects and gets the same lines again.
      end({ data }: { data: unknown }) {
        ended.value = (data as { reason: string }).reason;
        scope?.stop();
      },
    };
    const tell = (state: Connection) => {
      connection.value = state;
    };
    scope = effectScope(true);
    scope.run(() => {
      const path = containersApi.logs(name, tail, searched.value);
      watch(useEvents(path, listeners, onLive), tell, { immediate: true });
    });
  }
  /** Requests the lines again: those with `text`, or all. */
  function search(text: string) {
    searched.value = text;
    lines.value = [];
    waiting.value = [];
    paused.value = false;
    follow();
  }

  follow();
  onScopeDispose(() => {
    clearTimeout(timer);
    scope?.stop();
  });
  const counted = computed(() => waiting.value.length);
  return { lines, waiting: counted, paused, resume, searched, search, connection, ended, follow, kept };
}
