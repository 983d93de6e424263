import { formatShare } from '../../domain/uptime.ts';
import { inColumns } from '../../lib/columns.ts';
import type { CommandInput } from '../module.ts';

interface Row {
  name: string;
  kind: string;
  target: string;
  state: string;
  last: { text: string } | null;
  uptime: { days30: number | null };
  latency: { p95: number | null };
}

const mostPages = 20;

/** `ultronex checks`. Exit code 1 when a check is down. */
export async function printChecks({ values, api, out, err }: CommandInput): Promise<number> {
  const rows: Row[] = [];
  let next: string | null = null;
  for (let page = 0; page < mostPages; page += 1) {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const found: { checks: Row[]; next: string | null } = await api().call('GET', `/checks?limit=200${cursor}`);
    rows.push(...found.checks);
    next = found.next;
    if (next === null) break;
  }
  if (values.json === true) out(JSON.stringify(rows, null, 2));
  else if (rows.length === 0) err('Nothing is checked: the folder watch/ has no file with checks.');
  else out(table(rows).join('\n'));
  return rows.some(({ state }) => state === 'down') ? 1 : 0;
}

function table(rows: readonly Row[]): string[] {
  const cells = rows.map(({ name, kind, target, state, last, uptime, latency }) => [
    ...[name, state, formatShare(uptime.days30), latency.p95 === null ? '-' : `${latency.p95} ms`],
    ...[`${kind} ${target}`, last?.text ?? 'not checked yet'],
  ]);
  return inColumns([['NAME', 'STATE', '30 DAYS', 'P95', 'TARGET', 'LAST RESULT'], ...cells]);
}
