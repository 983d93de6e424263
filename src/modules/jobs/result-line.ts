import type { JobStore } from '../../ports/job-store.ts';
import { lastLines } from './last-lines.ts';

const mark = '::result ';

/** Returns the JSON text of a job's last line when that is `::result {json}`. */
export async function readResult(store: Pick<JobStore, 'output'>, id: string): Promise<string | null> {
  const { lines } = await lastLines(store, id, 1);
  const line = lines[0]?.text ?? '';
  if (!line.startsWith(mark)) return null;
  const text = line.slice(mark.length).trim();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return null;
  }
}
