import type { Kind } from '../resource.ts';
import type { Json, PrimaryIp, Server } from '../types.ts';
import type { World } from '../world.ts';
import { datacenterView, serverTypeView } from './catalog.ts';
import { firewallsOn } from './firewalls.ts';
import { imageKind } from './images.ts';
import { placementGroupKind } from './placement-groups.ts';
import { ptrsOf } from './primary-ips.ts';

export function serverKind(world: World): Kind<Server> {
  return {
    one: 'server',
    many: 'servers',
    items: world.state.servers,
    view: (server) => serverView(world, server),
    filters: { status: (server, values) => values.includes(server.status) },
  };
}

export const primaryIpOf = (world: World, server: Server, type: PrimaryIp['type']): PrimaryIp | undefined =>
  world.state.primaryIps.all.find((primary) => primary.assignee_id === server.id && primary.type === type);

export function serverView(world: World, server: Server): Json {
  const { type, image, location, placement_group, userData: _, sshKeys: __, ...said } = server;
  const { state, actions } = world;
  const group = state.placementGroups.all.find(({ id }) => id === placement_group);
  const terabyte = 1024 ** 4;
  return {
    ...said,
    server_type: serverTypeView(world, type),
    image: image && imageKind(world).view(image),
    location,
    ...(world.datacenters ? { datacenter: datacenterView(world, location) } : {}),
    public_net: publicNet(world, server),
    placement_group: group ? placementGroupKind(world).view(group) : null,
    locked: actions.busyWith('server', server.id) !== undefined,
    volumes: state.volumes.all.filter((volume) => volume.server === server.id).map(({ id }) => id),
    load_balancers: state.loadBalancers.all
      .filter(({ targets }) => targets.some((target) => target.server?.id === server.id))
      .map(({ id }) => id),
    iso: null,
    included_traffic: 20 * terabyte,
    ingoing_traffic: 0,
    outgoing_traffic: 0,
  };
}

function publicNet(world: World, server: Server): Json {
  const ipv4 = primaryIpOf(world, server, 'ipv4');
  const ipv6 = primaryIpOf(world, server, 'ipv6');
  return {
    ipv4: ipv4 ? { id: ipv4.id, ip: ipv4.ip, blocked: false, dns_ptr: ptrsOf(ipv4)[0]?.dns_ptr } : null,
    ipv6: ipv6 ? { id: ipv6.id, ip: ipv6.ip, blocked: false, dns_ptr: ptrsOf(ipv6) } : null,
    floating_ips: [],
    firewalls: firewallsOn(world, server).map(({ id }) => ({ id, status: 'applied' })),
  };
}
