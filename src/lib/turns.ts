/** Runs what has the same key one after the other, in the order it came. */
export function createTurns(): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();

  return function inTurn(key, run) {
    const turn = (last.get(key) ?? Promise.resolve()).then(run);
    const ended = turn
      .catch(() => {})
      .then(() => {
        if (last.get(key) === ended) last.delete(key);
      });
    last.set(key, ended);
    return turn;
  };
}
