/** Functions of one key that wait for one another. */
interface Queue {
  end: Promise<void>;
  /** The error of one of them that ended all: those that waited are rejected with it. Null: they run. */
  failure: { error: unknown } | null;
}

/**
 * Returns a mutex by key: functions with the same key run one after the other, in the order of the calls.
 * @param endsAll tells whether an error ends all functions that wait at this moment: they do not run, and are rejected with it
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
    const ended: Promise<void> = turn
      .then(
        () => {},
        () => {},
      )
      .then(() => {
        if (queue.end === ended) forget();
      });
    queue.end = ended;
    return turn;
  };
}
