import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allQueries, type ListedQuery, runnable } from '../../deploy/grafana/src/queries.ts';
import type { Stack } from './stack.ts';

const paths = {
  prometheus: 'http://prometheus:9090/api/v1/query_range',
  loki: 'http://loki:3100/loki/api/v1/query_range',
};

/** What Grafana would ask, without Grafana: every panel's query, over the minutes that the tests before have filled. */
export function dashboardTests(stack: () => Stack): void {
  const series = async ({ datasource, expr }: ListedQuery): Promise<number> => {
    const now = Date.now() / 1_000;
    const parameters = { query: runnable(expr), start: `${now - 900}`, end: `${now}`, step: '15', limit: '10' };
    const { status, json, text } = await stack().inside(`${paths[datasource]}?${new URLSearchParams(parameters)}`);
    assert.equal(status, 200, `${expr}: ${text}`);
    return json.data.result.length;
  };

  test('every panel has data, but for those that say why not', { timeout: 120_000 }, async (t) => {
    const empty: string[] = [];
    const queries = allQueries();
    let excused = 0;
    for (const query of queries) {
      if ((await series(query)) > 0) continue;
      if (query.mayBeEmpty !== undefined) excused += 1;
      else empty.push(`${query.dashboard}, ${query.panel}: ${query.expr}`);
    }
    t.diagnostic(`${queries.length} queries, ${excused} of them empty with a reason`);
    assert.deepEqual(empty, []);
  });
}
