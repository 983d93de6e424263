import { onScopeDispose } from 'vue';

/** Calls `run` at once and then `everyMs` after the end of each run, but only while the page is visible. */
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

/** Returns a function that calls `run` once it has not been called for `ms` milliseconds. */
export function debounce(run: () => void, ms: number): () => void {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(run, ms);
  };
}
