import { inColumns } from '../../../lib/columns.ts';
import type { CommandInput } from '../../module.ts';

interface Row {
  name: string;
  state: string;
  problem: string | null;
  schedule: string;
  last: string | null;
  due: string | null;
}

/** `ultronex beats`. Exit code 1 when a beat is late or failed. */
export async function printBeats({ values, api, out, err }: CommandInput): Promise<number> {
  const { beats } = await api().call<{ beats: Row[] }>('GET', '/beats');
  if (values.json === true) out(JSON.stringify(beats, null, 2));
  else if (beats.length === 0) err('There are no beats: no file in the folder watch/ has one.');
  else {
    const rows = beats.map(({ name, state, schedule, last, due, problem }) => [
      ...[name, state, timeOf(last), timeOf(due), schedule, problem ?? ''],
    ]);
    out(inColumns([['NAME', 'STATE', 'LAST', 'DUE', 'SCHEDULE', 'PROBLEM'], ...rows]).join('\n'));
  }
  return beats.some(({ state }) => state === 'late' || state === 'failed') ? 1 : 0;
}

/** `2026-11-29 03:00Z` */
const timeOf = (time: string | null) => (time === null ? '-' : `${time.slice(0, 16).replace('T', ' ')}Z`);
