import { contains, parseRange } from '../cidr.ts';
import { invalidInput, refused } from '../errors.ts';
import { created } from '../http.ts';
import type { Fields } from '../input.ts';
import { findReferenced } from '../listing.ts';
import type { Kind } from '../resource.ts';
import { actionRoute, crudRoutes, mustBeUnique, protectionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Json, Location, PrimaryIp, Server } from '../types.ts';
import type { World } from '../world.ts';
import { datacenterView } from './catalog.ts';

export function newPrimaryIp(
  world: World,
  { type, location, name, labels }: Pick<PrimaryIp, 'type' | 'location'> & Partial<PrimaryIp>,
): PrimaryIp {
  const stamp = world.stamp(name ?? '', labels);
  return world.state.primaryIps.add({
    ...stamp,
    name: name ?? `primary_ip-${stamp.id}`,
    type,
    ip: world.nextAddress(type),
    location,
    assignee_id: null,
    auto_delete: false,
    dns_ptr: [],
    protection: { delete: false },
  });
}

/** What a client sees as `dns_ptr` of an IPv4 address nobody named. */
export const defaultPtr = (ip: string) => `static.${ip.split('.').reverse().join('.')}.clients.your-server.de`;

export function ptrsOf({ type, ip, dns_ptr }: PrimaryIp): PrimaryIp['dns_ptr'] {
  return dns_ptr.length === 0 && type === 'ipv4' ? [{ ip, dns_ptr: defaultPtr(ip) }] : dns_ptr;
}

/** Sets or (with null) resets the name of one address. Throws invalid_input when the address is not of this IP. */
export function preparePtr(primary: PrimaryIp | undefined, fields: Fields): () => void {
  const ip = fields.text('ip');
  const name = fields.maybeText('dns_ptr', {
    like: /^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?(\.[A-Za-z0-9_-]+)*\.?$/,
  });
  fields.check();
  const range = primary && parseRange(primary.type === 'ipv4' ? `${primary.ip}/32` : primary.ip);
  if (!primary || !range || !contains(range, ip)) throw invalidInput({ ip: ['does not belong to this resource'] });
  return () => {
    const others = primary.dns_ptr.filter((entry) => entry.ip !== ip);
    primary.dns_ptr = name === undefined ? others : [...others, { ip, dns_ptr: name }];
  };
}

export function primaryIpRoutes(world: World): Routes {
  const kind: Kind<PrimaryIp> = {
    one: 'primary_ip',
    many: 'primary_ips',
    items: world.state.primaryIps,
    view: (primary): Json => ({
      ...primary,
      blocked: false,
      assignee_type: 'server',
      dns_ptr: ptrsOf(primary),
      ...(world.datacenters ? { datacenter: datacenterView(world, primary.location) } : {}),
    }),
    sorts: ['id', 'created'],
    filters: { ip: (primary, values) => values.includes(primary.ip) },
    change: (primary, fields) => {
      const autoDelete = fields.flag('auto_delete', primary.auto_delete);
      return () => {
        primary.auto_delete = autoDelete;
      };
    },
    mayGo(primary) {
      if (primary.assignee_id !== null) throw refused('must_be_unassigned', 'primary IP must be unassigned first');
    },
  };

  function mayHave(server: Server, primary: PrimaryIp): void {
    if (server.status !== 'off') throw refused('server_not_stopped', 'server must be powered off');
    const has = kind.items.all.some((one) => one.assignee_id === server.id && one.type === primary.type);
    if (has) throw refused(`server_has_${primary.type}`, `server already has an ${primary.type} address`);
    if (server.location.id !== primary.location.id) throw invalidInput({ assignee_id: ['is in another location'] });
  }
  const assignee = (id: number): Server => {
    const server = world.state.servers.get(id);
    if (!server) throw invalidInput({ assignee_id: [`server ${id} not found`] });
    return server;
  };

  return {
    ...crudRoutes(world, kind),
    ...protectionRoute(world, kind),
    'POST /primary_ips': ({ fields }) => {
      const name = fields.text('name', { max: 255 });
      const type = fields.text('type', { oneOf: ['ipv4', 'ipv6'] }) as PrimaryIp['type'];
      const labels = fields.labels();
      const autoDelete = fields.flag('auto_delete', false);
      const assigneeId = fields.maybeWhole('assignee_id');
      const wanted =
        fields.reference('location') ?? String(fields.reference('datacenter') ?? '').replace(/-dc\d+$/, '');
      const place = findReferenced(world.state.locations, wanted);
      if (assigneeId === undefined && !place)
        fields.complain('location', wanted ? `'${wanted}' not found` : 'is required');
      fields.check();
      mustBeUnique(kind, name);
      const server = assigneeId === undefined ? undefined : assignee(assigneeId);
      const location = server?.location ?? (place as Location);
      const draft = { type, location } as PrimaryIp;
      if (server) mayHave(server, draft);
      const primary = newPrimaryIp(world, { type, location, name, labels });
      primary.auto_delete = autoDelete;
      primary.assignee_id = server?.id ?? null;
      const about = [{ id: primary.id, type: 'primary_ip' }];
      const action = server ? { action: world.actions.start('assign_primary_ip', about) } : {};
      return created({ primary_ip: kind.view(primary), ...action });
    },
    ...actionRoute(world, kind, 'assign', 'assign_primary_ip', (primary, fields) => {
      const id = fields.whole('assignee_id');
      fields.maybeText('assignee_type', { oneOf: ['server'] });
      fields.check();
      const server = assignee(id);
      if (primary.assignee_id !== null) throw refused('primary_ip_already_assigned', 'primary IP is already assigned');
      mayHave(server, primary);
      return {
        effect: () => {
          primary.assignee_id = id;
        },
      };
    }),
    ...actionRoute(world, kind, 'unassign', 'unassign_primary_ip', (primary) => {
      const server = primary.assignee_id === null ? undefined : world.state.servers.get(primary.assignee_id);
      if (!server) throw invalidInput({ assignee_id: ['is not assigned'] });
      if (server.status !== 'off') throw refused('server_not_stopped', 'server must be powered off');
      return {
        effect: () => {
          primary.assignee_id = null;
        },
      };
    }),
    ...actionRoute(world, kind, 'change_dns_ptr', 'change_dns_ptr', (primary, fields) => ({
      effect: preparePtr(primary, fields),
    })),
  };
}
