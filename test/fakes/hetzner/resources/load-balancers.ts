import { price, prices } from '../catalog.ts';
import { ApiError, notFound, refused } from '../errors.ts';
import { created, ok } from '../http.ts';
import { parseSelector } from '../labels.ts';
import { findReferenced, listPage } from '../listing.ts';
import type { Kind } from '../resource.ts';
import { crudRoutes, mustBeUnique } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { BalancerTarget, BalancerType, Json, LoadBalancer, Location } from '../types.ts';
import type { World } from '../world.ts';

const hoursPerMonth = 730;
const terabyte = 1024 ** 4;

export function balancerTypeView(world: World, { monthly, maxTargets, maxServices, ...said }: BalancerType): Json {
  return {
    ...said,
    description: said.name.toUpperCase(),
    deprecated: null,
    max_connections: 10_000,
    max_services: maxServices,
    max_targets: maxTargets,
    max_assigned_certificates: 10,
    prices: world.state.locations.all.map(({ name }) => ({
      location: name,
      price_monthly: price(monthly),
      price_hourly: price(monthly / hoursPerMonth),
      included_traffic: 20 * terabyte,
      price_per_tb_traffic: price(prices.perTb),
    })),
  };
}

/** The servers that a target means now. */
const serversOf = ({ state }: World, target: BalancerTarget): number[] => {
  if (target.server) return [target.server.id];
  const matches = parseSelector(target.label_selector?.selector ?? '');
  return state.servers.all.filter(({ labels }) => matches(labels)).map(({ id }) => id);
};

/** No machine is asked: a health is unknown, as in the first seconds at Hetzner. */
function targetView(world: World, balancer: LoadBalancer, target: BalancerTarget): Json {
  const health_status = balancer.services.map(({ listen_port }) => ({ listen_port, status: 'unknown' }));
  if (target.type === 'server') return { ...target, health_status };
  const { use_private_ip } = target;
  const targets = serversOf(world, target).map((id) => ({
    type: 'server',
    server: { id },
    use_private_ip,
    health_status,
  }));
  return { ...target, targets };
}

export function balancerKind(world: World): Kind<LoadBalancer> {
  return {
    one: 'load_balancer',
    many: 'load_balancers',
    items: world.state.loadBalancers,
    view: ({ type, ...balancer }): Json => ({
      ...balancer,
      load_balancer_type: balancerTypeView(world, type),
      targets: balancer.targets.map((target) => targetView(world, { type, ...balancer }, target)),
      included_traffic: 20 * terabyte,
      ingoing_traffic: 0,
      outgoing_traffic: 0,
    }),
  };
}

export function loadBalancerRoutes(world: World): Routes {
  const kind = balancerKind(world);
  const { balancerTypes, locations } = world.state;
  const type = (item: BalancerType) => balancerTypeView(world, item);
  return {
    ...crudRoutes(world, kind),
    'GET /load_balancer_types': ({ query }) => ok(listPage('load_balancer_types', balancerTypes.all, query, type)),
    'GET /load_balancer_types/{id}': ({ params: { id = '' } }) => {
      const found = balancerTypes.get(Number(id));
      if (!found) throw notFound('load_balancer_type', id);
      return ok({ load_balancer_type: type(found) });
    },
    'POST /load_balancers': ({ fields }) => {
      const name = fields.text('name', { max: 255 });
      const kindOf = fields.reference('load_balancer_type');
      const wanted = kindOf === undefined ? undefined : findReferenced(balancerTypes, kindOf);
      if (!wanted) fields.complain('load_balancer_type', `'${kindOf}' not found`);
      const place = findPlace(locations.all, fields.maybeText('location'), fields.maybeText('network_zone'));
      if (!place) fields.complain('location', 'is required, or network_zone');
      const algorithm = { type: 'round_robin', ...fields.object('algorithm') };
      for (const later of ['services', 'targets', 'network'])
        if (fields.given(later))
          throw new ApiError('not_implemented', `this fake takes ${later} later, by actions`, 501);
      const labels = fields.labels();
      fields.check();
      mustBeUnique(kind, name);
      const balancer = kind.items.add({
        ...world.stamp(name, labels),
        type: wanted as BalancerType,
        location: place as Location,
        algorithm,
        services: [],
        targets: [],
        private_net: [],
        public_net: {
          enabled: fields.flag('public_interface', true),
          ipv4: { ip: world.nextAddress('ipv4'), dns_ptr: null },
          ipv6: { ip: world.nextAddress('ipv6').replace('/64', '1'), dns_ptr: null },
        },
        protection: { delete: false },
      });
      const action = world.actions.start('create_load_balancer', [{ id: balancer.id, type: 'load_balancer' }]);
      return created({ load_balancer: kind.view(balancer), action });
    },
  };
}

function findPlace(all: readonly Location[], location?: string, zone?: string): Location | undefined {
  if (location && zone) throw refused('invalid_input', 'location and network_zone exclude each other');
  return all.find((one) => (location ? one.name === location : one.network_zone === zone));
}
