import { specs } from './index.ts';
import type { Query } from './query.ts';

export interface ListedQuery extends Omit<Query, 'legend'> {
  dashboard: string;
  row: string;
  panel: string;
}

/** Every query of every dashboard. `mayBeEmpty` is set if an empty result is no error. */
export function allQueries(): ListedQuery[] {
  return specs.flatMap(({ uid, rows }) =>
    rows.flatMap(({ title, lines }) =>
      lines
        .flatMap(({ panels }) => panels)
        .flatMap((panel) =>
          panel.queries.map(({ legend: _, ...query }) => ({
            dashboard: uid,
            row: title,
            panel: panel.title,
            ...query,
          })),
        ),
    ),
  );
}

/** The values of Grafana's variables in a newly opened dashboard. */
const opened: Record<string, string> = {
  __rate_interval: '1m',
  __interval: '15s',
  __range: '1h',
  __auto: '1m',
  service: '.+',
  level: '.+',
  trace: '',
  text: '',
};

/**
 * Returns the query with every variable replaced, in the form that Prometheus and Loki accept.
 * @throws where it has a variable that no dashboard has
 */
export function runnable(expr: string, values: Record<string, string> = {}): string {
  const all = { ...opened, ...values };
  return expr.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (found, braced?: string, bare?: string) => {
    const value = all[braced ?? bare ?? ''];
    if (value === undefined) throw new Error(`${found} in ${expr}: no such variable; add it to the list of queries.ts`);
    return value;
  });
}
