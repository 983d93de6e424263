import type { Collection } from './collection.ts';
import { invalidInput } from './errors.ts';
import { parseSelector } from './labels.ts';
import type { Json, Labels } from './types.ts';

export interface ListRules<T> {
  /** Query parameter → whether an item has one of its values. */
  filters?: Record<string, (item: T, values: string[]) => boolean>;
  /** Whether this query sees it at all; always when not said. */
  listed?: (item: T, query: URLSearchParams) => boolean;
  /** Fields that `sort` takes; id, name and created when not said. */
  sorts?: readonly string[];
}

interface Listed {
  id: number;
  name?: string | null;
  labels?: Labels;
}

/** One page of a list: filtered, sorted and cut as the query says. */
export function listPage<T extends Listed>(
  many: string,
  items: readonly T[],
  query: URLSearchParams,
  view: (item: T) => Json,
  { filters = {}, listed = () => true, sorts = ['id', 'name', 'created'] }: ListRules<T> = {},
): Json {
  let found = items.filter((item) => listed(item, query));
  const names = query.getAll('name').filter(Boolean);
  if (names.length > 0) found = found.filter((item) => names.includes(item.name ?? ''));
  const selector = query.get('label_selector');
  if (selector) {
    const matches = parseSelector(selector);
    found = found.filter((item) => matches(item.labels ?? {}));
  }
  for (const [name, has] of Object.entries(filters)) {
    const values = query.getAll(name).filter(Boolean);
    if (values.length > 0) found = found.filter((item) => has(item, values));
  }
  const sorted = sortBy(found.map(view), query.getAll('sort').filter(Boolean), sorts);
  return cut(many, sorted, query);
}

function sortBy(items: Json[], orders: string[], allowed: readonly string[]): Json[] {
  const keys = orders.map((order) => {
    const [field = '', direction = 'asc', ...more] = order.split(':');
    if (!allowed.includes(field) || !['asc', 'desc'].includes(direction) || more.length > 0) {
      throw invalidInput({ sort: [`'${order}' is not one of: ${allowed.join(', ')}, with :asc or :desc`] });
    }
    return { field, factor: direction === 'desc' ? -1 : 1 };
  });
  return items.sort((a, b) => {
    for (const { field, factor } of keys) {
      const order = compare(a[field], b[field]);
      if (order !== 0) return order * factor;
    }
    return 0;
  });
}

function compare(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a ?? ''), String(b ?? '')];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** At most 50 a page, 25 when not said: https://docs.hetzner.cloud/reference/cloud#pagination */
function cut(many: string, items: Json[], query: URLSearchParams): Json {
  const page = pageNumber(query, 'page', 1);
  const perPage = Math.min(pageNumber(query, 'per_page', 25), 50);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  return {
    [many]: items.slice((page - 1) * perPage, page * perPage),
    meta: {
      pagination: {
        page,
        per_page: perPage,
        previous_page: page > 1 ? page - 1 : null,
        next_page: page < last ? page + 1 : null,
        last_page: last,
        total_entries: items.length,
      },
    },
  };
}

function pageNumber(query: URLSearchParams, name: string, fallback: number): number {
  const given = query.get(name);
  if (given === null || given === '') return fallback;
  if (!/^[1-9]\d*$/.test(given)) throw invalidInput({ [name]: ['must be a positive integer'] });
  return Number(given);
}

/** By number, or by name. */
export function findReferenced<T extends { id: number; name: string | null }>(
  items: Collection<T> | readonly T[],
  reference: string | number,
): T | undefined {
  const all = 'all' in items ? items.all : items;
  return all.find((item) => String(item.id) === String(reference)) ?? all.find((item) => item.name === reference);
}
