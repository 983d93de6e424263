import { computed, type EffectScope, effectScope, onScopeDispose, ref, shallowRef, triggerRef, watch } from 'vue';
import { containersApi, type LogLine } from '../../containers-api.ts';
import { type Connection, useEvents } from '../../lib/sse.ts';

export interface Line extends LogLine {
  id: number;
}

/** Lines kept; older ones go. */
const kept = 5_000;
const tail = 200;
/** A program that writes a thousand lines a second is drawn ten times a second. */
const drawEveryMs = 100;

// Colours and the like: ESC [ … letter. Without a literal control character in the source.
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');
const keyOf = ({ time, stream, text }: LogLine) => `${time} ${stream} ${text}`;

/** What a container writes, followed. While paused it is counted, not shown. */
export function useLogLines(name: string) {
  const lines = shallowRef<Line[]>([]);
  const waiting = shallowRef<Line[]>([]);
  const paused = ref(false);
  /** How often each line was here before the connection was lost: the server sends its tail again. */
  const before = new Map<string, number>();
  let opened = false;
  let nextId = 0;
  let timer = 0;

  function take(heard: LogLine) {
    const line = { ...heard, text: heard.text.replace(escapes, '') };
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
  function onLive() {
    if (opened) {
      before.clear();
      for (const line of [...lines.value, ...waiting.value].slice(-2 * tail)) {
        before.set(keyOf(line), (before.get(keyOf(line)) ?? 0) + 1);
      }
    }
    opened = true;
  }
  function resume() {
    paused.value = false;
    draw();
  }

  const connection = ref<Connection>('connecting');
  /** Why there is nothing more to follow; null: there may be. */
  const ended = ref<string | null>(null);
  let scope: EffectScope | null = null;

  function follow() {
    scope?.stop();
    ended.value = null;
    scope = effectScope(true);
    scope.run(() => {
      const listeners = {
        message: ({ data }: { data: unknown }) => take(data as LogLine),
        // Without stopping, the browser would come again and again for the same lines.
        end({ data }: { data: unknown }) {
          ended.value = (data as { reason: string }).reason;
          scope?.stop();
        },
      };
      const tell = (state: Connection) => {
        connection.value = state;
      };
      watch(useEvents(containersApi.logs(name, tail), listeners, onLive), tell, { immediate: true, flush: 'sync' });
    });
  }
  follow();
  onScopeDispose(() => {
    clearTimeout(timer);
    scope?.stop();
  });
  return { lines, waiting: computed(() => waiting.value.length), paused, resume, connection, ended, follow, kept };
}
