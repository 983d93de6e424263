/** The data sources of provisioning/datasources/datasources.yaml; the uids are the same. */
export const datasources = {
  prometheus: { type: 'prometheus', uid: 'prometheus' },
  loki: { type: 'loki', uid: 'loki' },
} as const;

export interface Query {
  datasource: keyof typeof datasources;
  /** PromQL or LogQL, with Grafana's `$__rate_interval`, `$__range`, `$__auto` and the dashboard's variables. */
  expr: string;
  /** Name of each series, for example `{{state}}`. */
  legend: string;
  /** Why an empty result may be normal. Without it an empty result is an error. */
  mayBeEmpty?: string;
}

/** An option of `promql` and `logql`: the reason why the result may be empty. */
export function mayBeEmpty(reason: string): Pick<Query, 'mayBeEmpty'> {
  return { mayBeEmpty: reason };
}

export function promql(legend: string, expr: string, empty: Pick<Query, 'mayBeEmpty'> = {}): Query {
  return { datasource: 'prometheus', expr, legend, ...empty };
}

export function logql(legend: string, expr: string, empty: Pick<Query, 'mayBeEmpty'> = {}): Query {
  return { datasource: 'loki', expr, legend, ...empty };
}

/** The p50, p95 and p99 of a histogram, named without its `_bucket`. */
export function quantiles(histogram: string): Query[] {
  return [0.5, 0.95, 0.99].map((quantile) =>
    promql(
      `p${quantile * 100}`,
      `histogram_quantile(${quantile}, sum by (le) (rate(${histogram}_bucket[$__rate_interval])))`,
    ),
  );
}
