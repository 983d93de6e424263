import type { JobStore, OutputLine } from '../../ports/job-store.ts';

type Output = Pick<JobStore, 'output'>;

/** Resolves with the number of the newest line of a job's output; 0: it has none. */
export async function newestLine(store: Output, id: string): Promise<number> {
  // No line has a number above this: the store reads no line.
  return (await store.output(id, Number.MAX_SAFE_INTEGER, 1)).last;
}

/** Resolves with the last `most` lines of a job's output. `last`: the number of the newest one. */
export async function lastLines(
  store: Output,
  id: string,
  most: number,
): Promise<{ lines: OutputLine[]; last: number }> {
  const last = await newestLine(store, id);
  const { lines } = await store.output(id, Math.max(0, last - most), most);
  return { lines, last };
}
