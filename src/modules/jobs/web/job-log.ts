import { effectScope, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { type Connection, type Heard, useEvents } from '../../../web/lib/sse.ts';
import { jobsApi } from './api.ts';
import { type Chunk, createLogBuffer } from './log-buffer.ts';
import type { Job } from './types.ts';

/** Lines on the page; older ones are dropped. */
const mostLines = 5_000;
const mostChars = 2_000_000;
/** Lines are drawn in batches: a job may write 10,000 lines a second. */
const drawEveryMs = 100;

/** Follows the output of a job until its end. @param onJob called with the job after each change */
export function useJobLog(id: string, onJob: (job: Job) => void) {
  const buffer = createLogBuffer({ mostLines, mostChars });
  const chunks = shallowRef<readonly Chunk[]>([]);
  const isTrimmed = ref(false);
  const shown = ref(0);
  const last = ref(0);
  const connection = ref<Connection>('connecting');
  const ended = ref(false);
  let timer = 0;

  function draw() {
    clearTimeout(timer);
    timer = 0;
    if (!buffer.take()) return;
    chunks.value = buffer.chunks();
    isTrimmed.value = buffer.isTrimmed();
    shown.value = buffer.shown();
    last.value = buffer.last();
  }
  const drawSoon = () => {
    timer ||= window.setTimeout(draw, drawEveryMs);
  };
  const stream = effectScope(true);
  const listeners = {
    message({ data, id: number }: Heard<unknown>) {
      buffer.line(Number(number), data as string);
      drawSoon();
    },
    cut({ data }: Heard<unknown>) {
      const { from, to, bytes } = data as { from: number; to: number; bytes: number | null };
      buffer.cut(from, to, bytes);
      drawSoon();
    },
    job: ({ data }: Heard<unknown>) => onJob(data as Job),
    end({ data }: Heard<unknown>) {
      draw();
      ended.value = true;
      // Otherwise the browser connects again.
      stream.stop();
      onJob(data as Job);
    },
  };
  const read = (text: string, event: string) => (event === 'message' ? text : JSON.parse(text));
  stream.run(() => {
    const tell = (state: Connection) => {
      connection.value = state;
    };
    watch(useEvents(`${jobsApi.logs(id)}?follow`, listeners, undefined, read), tell, { immediate: true });
  });
  onScopeDispose(() => {
    clearTimeout(timer);
    stream.stop();
  });
  return { chunks, isTrimmed, shown, last, connection, ended };
}
