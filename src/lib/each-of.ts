/** Runs `work` over all, `limit` of them at a time, and keeps their order. */
export async function eachOf<T, R>(all: readonly T[], limit: number, work: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = all.entries();
  const runner = async () => {
    for (const [index, one] of left) results[index] = await work(one);
  };
  await Promise.all(Array.from({ length: limit }, runner));
  return results;
}
