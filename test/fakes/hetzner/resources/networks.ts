import type { Range } from '../cidr.ts';
import { overlap, parseRange, toIpv4, within } from '../cidr.ts';
import { invalidInput, refused } from '../errors.ts';
import { created } from '../http.ts';
import type { Fields } from '../input.ts';
import type { Kind } from '../resource.ts';
import { actionRoute, crudRoutes, mustBeUnique, protectionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Json, Network, Subnet } from '../types.ts';
import type { World } from '../world.ts';

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map((text) => parseRange(text) as Range);

export function networkRoutes(world: World): Routes {
  const kind: Kind<Network> = {
    one: 'network',
    many: 'networks',
    items: world.state.networks,
    view: (network) => ({
      ...network,
      servers: serversIn(world, network),
      load_balancers: balancersIn(world, network),
    }),
    change: (network, fields) => {
      const expose = fields.flag('expose_routes_to_vswitch', network.expose_routes_to_vswitch);
      return () => {
        network.expose_routes_to_vswitch = expose;
      };
    },
    mayGo(network) {
      for (const server of world.state.servers.all) {
        server.private_net = server.private_net.filter((net) => net.network !== network.id);
      }
      for (const balancer of world.state.loadBalancers.all) {
        balancer.private_net = balancer.private_net.filter((net) => net.network !== network.id);
      }
    },
  };
  const zones = [...new Set(world.state.locations.all.map(({ network_zone }) => network_zone))];

  return {
    ...crudRoutes(world, kind),
    ...protectionRoute(world, kind),
    'POST /networks': ({ fields }) => {
      const name = fields.text('name', { max: 255 });
      const ip_range = fields.text('ip_range');
      const range = parseRange(ip_range);
      if (!range || !privateRanges.some((outer) => within(outer, range))) {
        fields.complain('ip_range', 'must be a private network in CIDR notation without host bits');
      }
      const labels = fields.labels();
      const expose_routes_to_vswitch = fields.flag('expose_routes_to_vswitch', false);
      const sent = fields.list('subnets');
      fields.check();
      mustBeUnique(kind, name);
      const network: Network = {
        ...world.stamp(name, labels),
        ip_range,
        subnets: [],
        routes: fields.list<Network['routes'][number]>('routes'),
        protection: { delete: false },
        expose_routes_to_vswitch,
      };
      for (const subnet of sent) network.subnets.push(makeSubnet(network, subnet, zones));
      return created({ network: kind.view(kind.items.add(network)) });
    },
    ...actionRoute(world, kind, 'add_subnet', 'add_subnet', (network, fields) => {
      const subnet = makeSubnet(network, readSubnet(fields), zones);
      return { effect: () => void network.subnets.push(subnet) };
    }),
    ...actionRoute(world, kind, 'delete_subnet', 'delete_subnet', (network, fields) => {
      const ip_range = fields.text('ip_range');
      const subnet = network.subnets.find((one) => one.ip_range === ip_range);
      if (!subnet) throw invalidInput({ ip_range: ['is not a subnet of this network'] });
      if (usedIn(world, network, subnet))
        throw refused('service_error', 'subnet has attached resources, detach them first');
      return { effect: () => void network.subnets.splice(network.subnets.indexOf(subnet), 1) };
    }),
    ...actionRoute(world, kind, 'add_route', 'add_route', (network, fields) => {
      const route = { destination: fields.text('destination'), gateway: fields.text('gateway') };
      return { effect: () => void network.routes.push(route) };
    }),
    ...actionRoute(world, kind, 'delete_route', 'delete_route', (network, fields) => {
      const destination = fields.text('destination');
      const gone = network.routes.filter((route) => route.destination === destination);
      if (gone.length === 0) throw invalidInput({ destination: ['is not a route of this network'] });
      return {
        effect: () => {
          network.routes = network.routes.filter((route) => !gone.includes(route));
        },
      };
    }),
    ...actionRoute(world, kind, 'change_ip_range', 'change_ip_range', (network, fields) => {
      const ip_range = fields.text('ip_range');
      const [old, wanted] = [parseRange(network.ip_range), parseRange(ip_range)];
      if (!old || !wanted || wanted.first !== old.first || wanted.prefix > old.prefix) {
        throw invalidInput({ ip_range: ['can only be extended'] });
      }
      return {
        effect: () => {
          network.ip_range = ip_range;
        },
      };
    }),
  };
}

const serversIn = ({ state }: World, network: Network): number[] =>
  state.servers.all
    .filter(({ private_net }) => private_net.some((net) => net.network === network.id))
    .map(({ id }) => id);

const balancersIn = ({ state }: World, network: Network): number[] =>
  state.loadBalancers.all
    .filter(({ private_net }) => private_net.some((net) => net.network === network.id))
    .map(({ id }) => id);

function usedIn({ state }: World, network: Network, subnet: Subnet): boolean {
  const range = parseRange(subnet.ip_range) as Range;
  const addresses = [...state.servers.all, ...state.loadBalancers.all].flatMap(({ private_net }) =>
    private_net.filter((net) => net.network === network.id).map((net) => parseRange(`${net.ip}/32`) as Range),
  );
  return addresses.some((address) => within(range, address));
}

function readSubnet(fields: Fields): Json {
  const sent = {
    type: fields.text('type'),
    network_zone: fields.text('network_zone'),
    ip_range: fields.maybeText('ip_range'),
  };
  fields.check();
  return { ...sent, vswitch_id: fields.maybeWhole('vswitch_id') };
}

function makeSubnet(network: Network, sent: Json, zones: readonly string[]): Subnet {
  const { type, network_zone: zone } = sent as Record<string, string>;
  if (!type || !['cloud', 'server', 'vswitch'].includes(type)) {
    throw invalidInput({ type: ['must be one of: cloud, server, vswitch'] });
  }
  if (!zone || !zones.includes(zone)) throw invalidInput({ network_zone: [`must be one of: ${zones.join(', ')}`] });
  const outer = parseRange(network.ip_range) as Range;
  const others = network.subnets.map(({ ip_range }) => parseRange(ip_range) as Range);
  const ip_range = typeof sent.ip_range === 'string' && sent.ip_range !== '' ? sent.ip_range : free24(outer, others);
  const range = parseRange(ip_range);
  if (!range || !within(outer, range)) throw invalidInput({ ip_range: ["must be inside of the network's ip_range"] });
  if (others.some((other) => overlap(other, range))) throw invalidInput({ ip_range: ['overlaps with another subnet'] });
  const vswitch_id = typeof sent.vswitch_id === 'number' ? sent.vswitch_id : null;
  return { type, network_zone: zone, ip_range, gateway: toIpv4(outer.first + 1n), vswitch_id };
}

function free24(outer: Range, others: readonly Range[]): string {
  for (let first = outer.first; first <= outer.last; first += 256n) {
    const text = `${toIpv4(first)}/24`;
    if (!others.some((other) => overlap(other, parseRange(text) as Range))) return text;
  }
  throw refused('no_subnet_available', 'no free /24 is left in the network');
}
