import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as common from '@grafana/grafana-foundation-sdk/common';
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import * as logs from '@grafana/grafana-foundation-sdk/logs';
import * as loki from '@grafana/grafana-foundation-sdk/loki';
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus';
import * as stat from '@grafana/grafana-foundation-sdk/stat';
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries';
import type { Panel } from './panel.ts';
import { datasources, type Query } from './query.ts';

type AnyBuilder = timeseries.PanelBuilder | stat.PanelBuilder | logs.PanelBuilder;

/** Grafana's panel of ours, at its place in the grid. */
export function renderPanel(panel: Panel, id: number, gridPos: sdk.GridPos): cog.Builder<sdk.Panel> {
  const { title, queries, options } = panel;
  const builder = builders[panel.kind](panel);
  builder.id(id).title(title).gridPos(gridPos).datasource(datasources[firstOf(queries).datasource]);
  queries.forEach((query, index) => {
    builder.withTarget(renderQuery(query, String.fromCharCode(65 + index), panel.kind));
  });
  if (options.description !== undefined) builder.description(options.description);
  const reasons = new Set(queries.map((query) => query.mayBeEmpty));
  const [reason] = reasons;
  if (reasons.size === 1 && reason !== undefined) builder.noValue(reason);
  return builder;
}

const builders: Record<Panel['kind'], (panel: Panel) => AnyBuilder> = {
  timeseries: ({ options }) => {
    const builder = withValues(new timeseries.PanelBuilder(), options)
      .lineWidth(1)
      .fillOpacity(options.stacked ? 40 : 10)
      .colorScheme(new sdk.FieldColorBuilder().mode(sdk.FieldColorModeId.PaletteClassic))
      .showPoints(common.VisibilityMode.Never)
      .legend(
        new common.VizLegendOptionsBuilder()
          .showLegend(true)
          .displayMode(common.LegendDisplayMode.List)
          .placement(common.LegendPlacement.Bottom)
          .calcs(['lastNotNull', 'max']),
      )
      .tooltip(
        new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi).sort(common.SortOrder.Descending),
      );
    if (options.stacked) builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal));
    if (options.steps !== undefined) {
      const dashed = common.GraphThresholdsStyleMode.Dashed;
      builder.thresholdsStyle(new common.GraphThresholdsStyleConfigBuilder().mode(dashed));
    }
    return builder;
  },

  stat: ({ queries, options }) => {
    const builder = withValues(new stat.PanelBuilder(), options)
      .colorMode(common.BigValueColorMode.Value)
      .graphMode(common.BigValueGraphMode.None)
      .reduceOptions(new common.ReduceDataOptionsBuilder().values(false).calcs(['lastNotNull']))
      .colorScheme(new sdk.FieldColorBuilder().mode(sdk.FieldColorModeId.Thresholds));
    const named = queries.some(({ legend }) => legend.includes('{{')) || queries.length > 1;
    return builder.textMode(named ? common.BigValueTextMode.ValueAndName : common.BigValueTextMode.Value);
  },

  logs: () =>
    new logs.PanelBuilder()
      .showTime(true)
      .wrapLogMessage(true)
      .enableLogDetails(true)
      .sortOrder(common.LogsSortOrder.Descending)
      .dedupStrategy(common.LogsDedupStrategy.None)
      .enableInfiniteScrolling(true),
};

/** How values are written and coloured; the same for graphs and tiles. */
function withValues<B extends timeseries.PanelBuilder | stat.PanelBuilder>(builder: B, options: Panel['options']): B {
  const { unit, min, max, decimals, steps = ['green'], words, colours = {} } = options;
  if (unit !== undefined) builder.unit(unit);
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (decimals !== undefined) builder.decimals(decimals);
  const [base, ...rest] = steps;
  builder.thresholds(
    new sdk.ThresholdsConfigBuilder()
      .mode(sdk.ThresholdsMode.Absolute)
      .steps([{ value: null, color: base }, ...rest.map(([value, color]) => ({ value, color }))]),
  );
  if (words !== undefined) builder.mappings([{ type: sdk.MappingType.ValueToText, options: words }]);
  for (const [name, fixedColor] of Object.entries(colours)) {
    builder.overrideByName(name, [{ id: 'color', value: { mode: 'fixed', fixedColor } }]);
  }
  return builder;
}

function renderQuery(query: Query, refId: string, kind: Panel['kind']): cog.Builder<cog.Dataquery> {
  const builder = query.datasource === 'loki' ? new loki.DataqueryBuilder() : new prometheus.DataqueryBuilder();
  builder.datasource(datasources[query.datasource]).expr(query.expr).legendFormat(query.legend).refId(refId);
  // A tile needs one value, not the whole range.
  if (kind === 'stat') return instant(builder);
  return builder instanceof loki.DataqueryBuilder ? builder.queryType('range').range(true) : builder.range();
}

function instant(builder: loki.DataqueryBuilder | prometheus.DataqueryBuilder): cog.Builder<cog.Dataquery> {
  return builder instanceof loki.DataqueryBuilder ? builder.queryType('instant').instant(true) : builder.instant();
}

function firstOf(queries: Query[]): Query {
  const [first] = queries;
  if (first === undefined) throw new Error('a panel without a query');
  return first;
}
