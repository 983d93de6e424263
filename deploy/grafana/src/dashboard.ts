import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import * as sdk from '@grafana/grafana-foundation-sdk/dashboard';
import { others, programPage, shown } from './links.ts';
import type { Panel } from './panel.ts';
import { renderPanel } from './render.ts';

/** A dashboard as its file says it: rows of lines of panels. */
export interface Spec {
  /** In links and bookmarks; never changed. */
  uid: string;
  title: string;
  description: string;
  rows: Row[];
  variables?: cog.Builder<sdk.VariableModel>[];
  links?: cog.Builder<sdk.DashboardLink>[];
}

export interface Row {
  title: string;
  lines: Line[];
}

interface Line {
  height: number;
  panels: Panel[];
}

const columns = 24;

export function row(title: string, ...lines: Line[]): Row {
  return { title, lines };
}

/** Panels side by side, all of one width: their number divides 24. */
export function line(height: number, ...panels: Panel[]): Line {
  if (columns % panels.length !== 0)
    throw new Error(`${panels.length} panels do not fill a line of ${columns} columns`);
  return { height, panels };
}

/** Small tiles in a line. */
export const tiles = (...panels: Panel[]): Line => line(4, ...panels);

/** Graphs in a line. */
export const graphs = (...panels: Panel[]): Line => line(8, ...panels);

/** The classic (v1) dashboard: the only one that Grafana reads from files. */
export function renderDashboard({ uid, title, description, rows, variables = [], links = [] }: Spec): sdk.Dashboard {
  const builder = new sdk.DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags(['ultronex'])
    .timezone('browser')
    .time({ from: 'now-6h', to: 'now' })
    .refresh('30s')
    .tooltip(sdk.DashboardCursorSync.Crosshair)
    .variables(variables)
    .links([others(), ...links, programPage()].map(shown));
  place(builder, rows);
  return builder.build();
}

/** Every panel gets an id and its place: the SDK gives no ids, and does not wrap a line that is too long. */
function place(builder: sdk.DashboardBuilder, rows: Row[]): void {
  let id = 1;
  let y = 0;
  for (const { title, lines } of rows) {
    builder.withRow(new sdk.RowBuilder(title).id(id++).gridPos({ x: 0, y, w: columns, h: 1 }));
    y += 1;
    for (const { height: h, panels } of lines) {
      const w = columns / panels.length;
      panels.forEach((panel, index) => {
        builder.withPanel(renderPanel(panel, id++, { x: index * w, y, w, h }));
      });
      y += h;
    }
  }
}
