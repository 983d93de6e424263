import type { Container } from './api.ts';
import { condition, type Tone } from './condition.ts';
import { label } from './names.ts';

/** Sort order of tones: problems first. */
const urgency: Record<Tone, number> = { down: 0, degraded: 1, off: 2, ok: 3, done: 4 };
type Key = (container: Container) => string | number;

/** Sort keys by column. */
const keys = {
  name: label,
  health: (container) => urgency[condition(container).tone],
  cpu: (container) => container.cpuPercent ?? -1,
  memory: (container) => container.memoryBytes,
  restarts: (container) => container.restarts,
  image: (container) => container.image,
  networks: (container) => container.networks.join(),
} satisfies Record<string, Key>;

export type Column = keyof typeof keys;
export interface Order {
  column: Column;
  reversed: boolean;
}

/** Columns that are sorted largest first. */
const largestFirst: readonly Column[] = ['cpu', 'memory', 'restarts'];

export function orderBy(column: Column, before?: Order): Order {
  const reversed = before?.column === column ? !before.reversed : largestFirst.includes(column);
  return { column, reversed };
}

export function sorted(containers: readonly Container[], { column, reversed }: Order): Container[] {
  const key: Key = keys[column];
  const sign = reversed ? -1 : 1;
  return [...containers].sort((a, b) => sign * compare(key(a), key(b)) || compare(a.name, b.name));
}

function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b));
}
