import type { ActionPlan } from './actions.ts';
import type { Collection } from './collection.ts';
import { conflict, isLocked, isProtected, notFound, notUnique } from './errors.ts';
import { created, gone, ok } from './http.ts';
import type { Fields } from './input.ts';
import type { ListRules } from './listing.ts';
import { listPage } from './listing.ts';
import type { Routes } from './router.ts';
import type { ActionResource, Json, Resource } from './types.ts';
import type { World } from './world.ts';

export interface Kind<T extends Resource> extends ListRules<T> {
  one: string;
  many: string;
  items: Collection<T>;
  view: (item: T) => Json;
  /** PUT: reads further fields and answers what changes with them, once all fields proved right. */
  change?: (item: T, fields: Fields) => () => void;
  /** DELETE: throws what forbids it. */
  mayGo?: (item: T) => void;
}

interface Protectable {
  protection?: { delete?: boolean };
}

export function need<T extends Resource>({ items, one }: Kind<T>, id: number | string): T {
  const item = items.get(Number(id));
  if (!item) throw notFound(one, id);
  return item;
}

export function mustBeUnique<T extends Resource>({ items, one }: Kind<T>, name: string, except?: T): void {
  if (items.all.some((item) => item !== except && item.name === name)) throw notUnique(`${one} name`);
}

/** Throws while an action of it runs. Being refused brings that action on, as time would. */
export function mustBeIdle(world: World, type: string, id: number): void {
  const action = world.actions.busyWith(type, id);
  if (!action) return;
  world.actions.look(action);
  throw type === 'network' || type === 'firewall' ? conflict(type) : isLocked(type);
}

export function refuseProtected(one: string, item: Protectable): void {
  if (item.protection?.delete) throw isProtected(one);
}

/** GET, GET of one, PUT, DELETE. */
export function crudRoutes<T extends Resource>(world: World, kind: Kind<T>): Routes {
  const { one, many, items, view } = kind;
  return {
    [`GET /${many}`]: ({ query }) => ok(listPage(many, items.all, query, view, kind)),
    [`GET /${many}/{id}`]: ({ params }) => ok({ [one]: view(need(kind, params.id ?? '')) }),
    [`PUT /${many}/{id}`]: ({ params, fields }) => {
      const item = need(kind, params.id ?? '');
      const name = fields.maybeText('name', { max: 255 });
      const labels = fields.labels();
      const change = kind.change?.(item, fields);
      fields.check();
      if (name !== undefined) mustBeUnique(kind, name, item);
      if (name !== undefined) item.name = name;
      if (labels) item.labels = labels;
      change?.();
      return ok({ [one]: view(item) });
    },
    [`DELETE /${many}/{id}`]: ({ params }) => {
      const item = need(kind, params.id ?? '');
      refuseProtected(one, item as Protectable);
      mustBeIdle(world, one, item.id);
      kind.mayGo?.(item);
      items.remove(item);
      return gone;
    },
  };
}

export interface Prepared extends ActionPlan {
  /** What the answer has beside the action. */
  extra?: Json;
  /** What else the action is about. */
  also?: ActionResource[];
}

/** `POST /servers/{id}/actions/{path}`: `prepare` checks and throws, its effect comes true when the action ends. */
export function actionRoute<T extends Resource>(
  world: World,
  kind: Kind<T>,
  path: string,
  command: string,
  prepare: (item: T, fields: Fields) => Prepared,
): Routes {
  return {
    [`POST /${kind.many}/{id}/actions/${path}`]: ({ params, fields }) => {
      const item = need(kind, params.id ?? '');
      mustBeIdle(world, kind.one, item.id);
      const { extra = {}, also = [], ...plan } = prepare(item, fields);
      fields.check();
      const action = world.actions.start(command, [{ id: item.id, type: kind.one }, ...also], plan);
      return created({ action, ...extra });
    },
  };
}

/** `change_protection`: every flag that is sent. */
export function protectionRoute<T extends Resource & { protection: object }>(world: World, kind: Kind<T>): Routes {
  return actionRoute(world, kind, 'change_protection', 'change_protection', (item, fields) => {
    const flags = item.protection as Record<string, boolean>;
    const sent = Object.keys(flags).filter((name) => fields.given(name));
    const wanted = Object.fromEntries(sent.map((name) => [name, fields.flag(name, false)]));
    return { effect: () => void Object.assign(flags, wanted) };
  });
}
