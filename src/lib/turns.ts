/** Returns a mutex by key: functions with the same key run one after the other, in the order of the calls. */
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
