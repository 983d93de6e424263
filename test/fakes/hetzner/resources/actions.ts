import { notFound } from '../errors.ts';
import { ok } from '../http.ts';
import { listPage } from '../listing.ts';
import type { Routes } from '../router.ts';
import type { Action, Json } from '../types.ts';
import type { World } from '../world.ts';

const sorts = ['id', 'command', 'status', 'started', 'finished'];
const rules = { sorts, filters: { status: (action: Action, values: string[]) => values.includes(action.status) } };
const view = (action: Action): Json => ({ ...action });

/** Kind of resource → where its actions are read. */
const kinds = {
  server: 'servers',
  firewall: 'firewalls',
  network: 'networks',
  primary_ip: 'primary_ips',
  image: 'images',
  volume: 'volumes',
  load_balancer: 'load_balancers',
  certificate: 'certificates',
  zone: 'zones',
} as const;

/** Polling: `GET /actions?id=3&id=4`, `GET /actions/{id}`, and the same below every kind of resource. */
export function actionRoutes(world: World): Routes {
  const { actions } = world;
  const one = (id: string | undefined, among: readonly Action[]) => {
    const action = among.find((candidate) => String(candidate.id) === id);
    if (!action) throw notFound('action', id ?? '');
    return ok({ action: view(actions.look(action)) });
  };
  const many = (among: readonly Action[], query: URLSearchParams) => {
    const ids = query.getAll('id').filter(Boolean);
    const asked = ids.length > 0 ? among.filter(({ id }) => ids.includes(String(id))) : among;
    for (const action of asked) actions.look(action);
    return ok(listPage('actions', asked, query, view, rules));
  };

  const routes: Routes = {
    'GET /actions': ({ query }) => many(actions.all, query),
    'GET /actions/{id}': ({ params }) => one(params.id, actions.all),
  };
  for (const [type, path] of Object.entries(kinds)) {
    routes[`GET /${path}/actions`] = ({ query }) => many(actions.of(type), query);
    routes[`GET /${path}/actions/{id}`] = ({ params }) => one(params.id, actions.of(type));
    if (type === 'zone') continue;
    routes[`GET /${path}/{id}/actions`] = ({ params, query }) => many(actions.of(type, Number(params.id)), query);
    routes[`GET /${path}/{id}/actions/{action_id}`] = ({ params }) =>
      one(params.action_id, actions.of(type, Number(params.id)));
  }
  return routes;
}
