import type { Query } from './query.ts';

/** One panel of a dashboard; `render.ts` turns it into Grafana's format. */
export interface Panel {
  kind: 'timeseries' | 'stat' | 'logs';
  title: string;
  queries: Query[];
  options: PanelOptions;
}

export interface PanelOptions {
  /** One of the SDK's `units`. */
  unit?: string;
  description?: string;
  /** The colour below the first step, then the colours from each value on. */
  steps?: [base: string, ...steps: [from: number, colour: string][]];
  /** What is shown in place of a value. */
  words?: Record<number, { text: string; color: string }>;
  /** Colours by the name of a series, where it has a meaning. */
  colours?: Record<string, string>;
  min?: number;
  max?: number;
  decimals?: number;
  /** Areas on top of each other: the parts of a whole. */
  stacked?: boolean;
}

export function timeseries(title: string, unit: string, queries: Query[], options: PanelOptions = {}): Panel {
  return { kind: 'timeseries', title, queries, options: { unit, ...options } };
}

/** The latest value, one tile a series. */
export function stat(title: string, unit: string, queries: Query[], options: PanelOptions = {}): Panel {
  return { kind: 'stat', title, queries, options: { unit, ...options } };
}

export function logs(title: string, queries: Query[], options: PanelOptions = {}): Panel {
  return { kind: 'logs', title, queries, options };
}

export const upOrDown = { 0: { text: 'down', color: 'red' }, 1: { text: 'up', color: 'green' } };

export const codeColours = { '1xx': 'blue', '2xx': 'green', '3xx': 'blue', '4xx': 'orange', '5xx': 'red' };

export const levelColours = { fatal: 'dark-red', error: 'red', warn: 'orange', info: 'green', debug: 'blue' };
