import type { Range } from '../cidr.ts';
import { contains, freeIpv4, overlap, parseRange } from '../cidr.ts';
import { invalidInput, refused } from '../errors.ts';
import type { Fields } from '../input.ts';
import { actionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Network, PrivateNet, Server } from '../types.ts';
import type { World } from '../world.ts';
import { serverKind } from './server-view.ts';

/** The private interface a server would get. Throws what the API refuses it for. */
export function attachTo(
  world: World,
  server: Server,
  network: Network,
  { ip, alias_ips = [], ip_range }: { ip?: string; alias_ips?: string[]; ip_range?: string },
): PrivateNet {
  if (server.private_net.some((net) => net.network === network.id)) {
    throw refused('server_already_attached', 'server is already attached to this network');
  }
  const whole = parseRange(network.ip_range) as Range;
  const others = server.private_net.map((net) => world.state.networks.get(net.network)?.ip_range ?? '');
  if (others.some((other) => overlap(parseRange(other) as Range, whole))) {
    throw refused('networks_overlap', 'network overlaps with another network of the server');
  }
  const fitting = network.subnets.filter(
    (subnet) => subnet.network_zone === server.location.network_zone && (!ip_range || subnet.ip_range === ip_range),
  );
  const ranges = fitting.map((subnet) => parseRange(subnet.ip_range) as Range);
  if (ranges.length === 0)
    throw refused('no_subnet_available', 'network has no subnet in the network zone of the server');
  const taken = addressesIn(world, network);
  for (const wanted of ip ? [ip, ...alias_ips] : alias_ips) {
    if (!ranges.some((range) => contains(range, wanted))) throw invalidInput({ ip: [`${wanted} is in no subnet`] });
    if (taken.has(wanted)) throw refused('ip_not_available', `${wanted} is already used`);
  }
  // The first address of the whole network is its gateway.
  const free = ranges.map((range) => freeIpv4(range, taken, range.first === whole.first ? 2n : 1n)).find(Boolean);
  const address = ip ?? free;
  if (!address) throw refused('no_subnet_available', 'no address is left in the subnets');
  const mac = `86:00:00:${[16, 8, 0].map((shift) => ((server.id >> shift) & 255).toString(16).padStart(2, '0')).join(':')}`;
  return { network: network.id, ip: address, alias_ips, mac_address: mac };
}

export function addressesIn({ state }: World, network: Network): Set<string> {
  const nets = state.servers.all.flatMap(({ private_net }) => private_net.filter((net) => net.network === network.id));
  const balancers = state.loadBalancers.all.flatMap(({ private_net }) => private_net);
  const theirs = balancers.filter((net) => net.network === network.id).map(({ ip }) => ip);
  return new Set([...nets.flatMap((net) => [net.ip, ...net.alias_ips]), ...theirs]);
}

export function serverNetworkRoutes(world: World): Routes {
  const kind = serverKind(world);
  const networkOf = (fields: Fields): Network => {
    const id = fields.whole('network');
    fields.check();
    const network = world.state.networks.get(id);
    if (!network) throw invalidInput({ network: [`${id} not found`] });
    return network;
  };
  const interfaceOf = (server: Server, network: Network): PrivateNet => {
    const found = server.private_net.find((net) => net.network === network.id);
    if (!found) throw invalidInput({ network: ['server is not attached to it'] });
    return found;
  };
  return {
    ...actionRoute(world, kind, 'attach_to_network', 'attach_to_network', (server, fields) => {
      const network = networkOf(fields);
      const ip = fields.maybeText('ip') || undefined;
      const ip_range = fields.maybeText('ip_range') || undefined;
      const net = attachTo(world, server, network, { ip, ip_range, alias_ips: fields.list<string>('alias_ips') });
      return { effect: () => void server.private_net.push(net), also: [{ id: network.id, type: 'network' }] };
    }),
    ...actionRoute(world, kind, 'detach_from_network', 'detach_from_network', (server, fields) => {
      const network = networkOf(fields);
      const net = interfaceOf(server, network);
      const effect = () => {
        server.private_net = server.private_net.filter((one) => one !== net);
      };
      return { effect, also: [{ id: network.id, type: 'network' }] };
    }),
    ...actionRoute(world, kind, 'change_alias_ips', 'change_alias_ips', (server, fields) => {
      const network = networkOf(fields);
      const net = interfaceOf(server, network);
      const wanted = fields.list<string>('alias_ips');
      const effect = () => {
        net.alias_ips = wanted;
      };
      return { effect, also: [{ id: network.id, type: 'network' }] };
    }),
  };
}
