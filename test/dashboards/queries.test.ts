import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parser as logqlParser } from '@grafana/lezer-logql';
import { parser as promqlParser } from '@prometheus-io/lezer-promql';
import { specs } from '../../deploy/grafana/src/index.ts';
import { allQueries, runnable } from '../../deploy/grafana/src/queries.ts';
import { allMetrics } from '../../scripts/docs/metrics.ts';

const queries = allQueries();
const parsers = { prometheus: promqlParser, loki: logqlParser };

/** Made by certbot's service. */
const ofOthers = /^ultronex_certificate_/;

describe('queries of the dashboards', () => {
  it('are listed, each with its data source', () => {
    assert.ok(queries.length > 80, `${queries.length}`);
    assert.deepEqual(new Set(queries.map(({ dashboard }) => dashboard)), new Set(specs.map(({ uid }) => uid)));
  });

  it('are valid PromQL or LogQL', () => {
    for (const { dashboard, panel, datasource, expr } of queries) {
      const wrong = errorIn(parsers[datasource], runnable(expr));
      assert.equal(wrong, null, `${dashboard}, ${panel}: ${expr}\nnot understood at: ${wrong}`);
    }
  });

  it('are rejected by the same check when they have an error', () => {
    assert.notEqual(errorIn(promqlParser, 'sum by (a (rate(b[1m]))'), null);
    assert.notEqual(errorIn(logqlParser, 'sum(count_over_time({a="b"} |= [1m]))'), null);
  });

  it('use only metrics that exist', async () => {
    const known = new Set(await names());
    for (const { dashboard, panel, expr } of queries.filter(({ datasource }) => datasource === 'prometheus')) {
      for (const name of metricsIn(runnable(expr))) {
        if (!/^(ultronex|container|nodejs|process)_/.test(name) || ofOthers.test(name)) continue;
        assert.ok(known.has(name), `${dashboard}, ${panel}: there is no metric ${name}`);
      }
    }
  });

  it('use the increase of a counter, never its value', () => {
    for (const { dashboard, panel, expr } of queries.filter(({ datasource }) => datasource === 'prometheus')) {
      for (const [found] of runnable(expr).matchAll(
        /(?<!count\()\b\w+_(?:total|count|bucket|sum)\b(?:\{[^}]*\})?(?!\[|[\w{])/g,
      )) {
        assert.fail(`${dashboard}, ${panel}: ${found} is not in a rate or increase`);
      }
    }
  });

  it('select logs only by labels that Loki has', () => {
    for (const { panel, expr } of queries.filter(({ datasource }) => datasource === 'loki')) {
      const [, selector = ''] = /\{([^}]*)\}/.exec(runnable(expr)) ?? assert.fail(`${panel}: no labels`);
      for (const [, label = ''] of selector.matchAll(/(\w+)\s*[=!]/g)) {
        assert.ok(['service_name', 'level', 'environment'].includes(label), `${panel}: ${label} is no label`);
      }
    }
  });

  it('give the reason why they may be empty as a sentence', () => {
    for (const { panel, mayBeEmpty } of queries) {
      if (mayBeEmpty !== undefined) assert.match(mayBeEmpty, /^[A-Z].+\.$/, panel);
    }
    const sure = queries.filter(({ mayBeEmpty }) => mayBeEmpty === undefined).length;
    assert.ok(sure > queries.length / 2, `only ${sure} of ${queries.length} must have data`);
  });

  it('are refused when they have a variable that no dashboard has', () => {
    assert.throws(() => runnable('up{job="$job"}'), /\$job/);
    assert.equal(runnable(`rate(a[$__rate_interval]) \${text:regex}`, { text: 'b' }), 'rate(a[1m]) b');
  });
});

interface Parser {
  parse(text: string): { iterate(spec: { enter(node: { type: { isError: boolean }; from: number }): void }): void };
}

/** What stands where the parser gave up; null: it understood everything. */
function errorIn(parser: Parser, text: string): string | null {
  let at: number | null = null;
  parser.parse(text).iterate({
    enter({ type, from }) {
      if (type.isError) at ??= from;
    },
  });
  return at === null ? null : text.slice(at) || 'the end';
}

/** Names of the metrics of a query, as its syntax tree has them: no label, no function. */
function metricsIn(expr: string): string[] {
  const names: string[] = [];
  promqlParser.parse(expr).iterate({
    enter({ name, from, to }) {
      if (name === 'VectorSelector') names.push(/^\w*/.exec(expr.slice(from, to))?.[0] ?? '');
    },
  });
  return names;
}

async function names(): Promise<string[]> {
  return (await allMetrics()).flatMap(({ name, type }) =>
    // prom-client has its types as an enum of its own.
    String(type) === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
  );
}
