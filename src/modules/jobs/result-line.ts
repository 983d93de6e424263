import type { JobStore } from '../../ports/job-store.ts';
import { lastLines } from './last-lines.ts';

const mark = '::result ';
/** How many lines at the end of the output are searched: in a container, lines of stderr may come after a result on stdout. */
const searched = 10;

/** Returns the JSON text of the last line `::result {json}` among the last ten of a job's output. */
export async function readResult(store: Pick<JobStore, 'output'>, id: string): Promise<string | null> {
  const { lines } = await lastLines(store, id, searched);
  const line = lines.findLast(({ text }) => text.startsWith(mark));
  if (line === undefined) return null;
  const text = line.text.slice(mark.length).trim();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}
