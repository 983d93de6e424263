/** Functions of one key that wait for one another. */
interface Queue {
  end: Promise<void>;
  /** With what those that waited are rejected; null: they run. */
  failure: { error: unknown } | null;
}

/**
 * Returns a mutex by key: functions with the same key run one after the other, in the order of the calls.
 * @param endsAll whether an error is also that of all functions that wait at this moment: they are rejected with it and do not run
 */
export function createTurns(
  endsAll: (error: unknown) => boolean = () => false,
): <T>(key: string, run: () => Promise<T>) => Promise<T> {
  const queues = new Map<string, Queue>();

  return function inTurn(key, run) {
    const queue = queues.get(key) ?? { end: Promise.resolve(), failure: null };
    queues.set(key, queue);
    const forget = () => queues.get(key) === queue && queues.delete(key);

    async function runInTurn() {
      if (queue.failure !== null) throw queue.failure.error;
      try {
        return await run();
      } catch (error) {
        if (endsAll(error)) {
          queue.failure = { error };
          // A function that comes from now on does not belong to those that waited.
          forget();
        }
        throw error;
      }
    }

    const turn = queue.end.then(runInTurn);
    const end = turn.then(
      () => {},
      () => {},
    );
    queue.end = end.then(() => {
      if (queue.end === ended) forget();
    });
    const ended = queue.end;
    return turn;
  };
}
