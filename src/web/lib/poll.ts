import { onScopeDispose } from 'vue';

/** Runs now and then again `everyMs` after each end, but only while somebody can see the page. */
export function usePoll(run: () => Promise<void>, everyMs: number): void {
  let timer = 0;
  let over = false;
  let running = false;
  async function round() {
    if (running) return;
    running = true;
    clearTimeout(timer);
    await run();
    running = false;
    if (!over && !document.hidden) timer = window.setTimeout(round, everyMs);
  }
  const onVisible = () => {
    if (!document.hidden) void round();
  };
  document.addEventListener('visibilitychange', onVisible);
  onScopeDispose(() => {
    over = true;
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', onVisible);
  });
  void round();
}

/** Calls `run` once it was asked for and then not again for `ms`. */
export function debounce(run: () => void, ms: number): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(run, ms);
  };
}
