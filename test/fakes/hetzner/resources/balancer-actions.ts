import type { Range } from '../cidr.ts';
import { contains, freeIpv4, parseRange } from '../cidr.ts';
import { invalidInput, refused } from '../errors.ts';
import type { Fields } from '../input.ts';
import { findReferenced } from '../listing.ts';
import type { Prepared } from '../resource.ts';
import { actionRoute, protectionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { BalancerService, BalancerTarget, Json, LoadBalancer, Network } from '../types.ts';
import type { World } from '../world.ts';
import { balancerKind } from './load-balancers.ts';
import { addressesIn } from './server-network.ts';

const port = { min: 1, max: 65_535 };

/** Services, targets, its network and its names. */
export function balancerActionRoutes(world: World): Routes {
  const kind = balancerKind(world);
  const on = (path: string, prepare: (balancer: LoadBalancer, fields: Fields) => Prepared, command = path) =>
    actionRoute(world, kind, path, command, prepare);
  const networkOf = (fields: Fields): Network => {
    const id = fields.whole('network');
    fields.check();
    const network = world.state.networks.get(id);
    if (!network) throw invalidInput({ network: [`${id} not found`] });
    return network;
  };
  const open = (enabled: boolean) => (balancer: LoadBalancer) => ({
    effect: () => void Object.assign(balancer.public_net, { enabled }),
  });

  return {
    ...protectionRoute(world, kind),
    ...on('add_service', (balancer, fields) => {
      const service = readService(world, fields, undefined);
      if (balancer.services.some(({ listen_port }) => clash(service, listen_port)))
        throw refused('source_port_already_used', `port ${service.listen_port} is already used`);
      if (balancer.services.length >= balancer.type.maxServices)
        throw refused('resource_limit_exceeded', 'no more services', 403);
      return { effect: () => void balancer.services.push(service) };
    }),
    ...on('update_service', (balancer, fields) => {
      const known = serviceAt(balancer, fields);
      const service = readService(world, fields, known);
      return { effect: () => void Object.assign(known, service) };
    }),
    ...on('delete_service', (balancer, fields) => {
      const known = serviceAt(balancer, fields);
      return { effect: () => void balancer.services.splice(balancer.services.indexOf(known), 1) };
    }),
    ...on('add_target', (balancer, fields) => {
      const target = readTarget(world, balancer, fields);
      if (balancer.targets.some((known) => same(known, target)))
        throw refused('target_already_defined', 'target is already defined');
      return { effect: () => void balancer.targets.push(target) };
    }),
    ...on('remove_target', (balancer, fields) => {
      const target = { type: fields.text('type'), ...fields.object('server'), ...fields.object('label_selector') };
      const known = balancer.targets.find(
        ({ type, server, label_selector }) =>
          JSON.stringify({ type, ...server, ...label_selector }) === JSON.stringify(target),
      );
      if (!known) throw refused('load_balancer_target_not_found', 'target not found', 404);
      return { effect: () => void balancer.targets.splice(balancer.targets.indexOf(known), 1) };
    }),
    ...on('attach_to_network', (balancer, fields) => {
      const network = networkOf(fields);
      if (balancer.private_net.length > 0)
        throw refused('load_balancer_already_attached', 'load balancer is already attached to a network');
      const ip = addressFor(world, balancer, network, fields);
      return { effect: () => void balancer.private_net.push({ network: network.id, ip }), also: about(network) };
    }),
    ...on('detach_from_network', (balancer, fields) => {
      const network = networkOf(fields);
      const net = balancer.private_net.find((one) => one.network === network.id);
      if (!net) throw refused('load_balancer_not_attached_to_network', 'load balancer is not attached to it', 422);
      if (balancer.targets.some(({ use_private_ip }) => use_private_ip))
        throw refused('targets_without_use_private_ip', 'targets use the private network');
      return { effect: () => void balancer.private_net.splice(0), also: about(network) };
    }),
    ...on('change_dns_ptr', (balancer, fields) => {
      const ip = fields.text('ip');
      const name = fields.maybeText('dns_ptr') ?? null;
      const net = [balancer.public_net.ipv4, balancer.public_net.ipv6].find((one) => one.ip === ip);
      if (!net) throw invalidInput({ ip: ['does not belong to this load balancer'] });
      return { effect: () => void Object.assign(net, { dns_ptr: name }) };
    }),
    ...on('change_type', (balancer, fields) => {
      const wanted = fields.reference('load_balancer_type');
      const type = wanted === undefined ? undefined : findReferenced(world.state.balancerTypes, wanted);
      if (!type) throw invalidInput({ load_balancer_type: [`'${wanted}' not found`] });
      return { effect: () => void Object.assign(balancer, { type }) };
    }),
    ...on('change_algorithm', (balancer, fields) => {
      const algorithm = { type: fields.text('type', { oneOf: ['round_robin', 'least_connections'] }) };
      return { effect: () => void Object.assign(balancer, { algorithm }) };
    }),
    ...on('enable_public_interface', open(true)),
    ...on('disable_public_interface', open(false)),
  };
}

const about = ({ id }: Network) => [{ id, type: 'network' }];
/** A service that redirects from http has port 80 as well. */
const clash = ({ listen_port, http }: BalancerService, other: number) =>
  listen_port === other || (http?.redirect_http === true && other === 80);
const same = (a: BalancerTarget, b: BalancerTarget) =>
  a.server?.id === b.server?.id && a.label_selector?.selector === b.label_selector?.selector;

function serviceAt({ services }: LoadBalancer, fields: Fields): BalancerService {
  const at = fields.whole('listen_port', port);
  const known = services.find(({ listen_port }) => listen_port === at);
  if (!known) throw refused('service_not_found', `no service listens on ${at}`, 404);
  return known;
}

function readService(world: World, fields: Fields, known: BalancerService | undefined): BalancerService {
  const protocol = (fields.maybeText('protocol', { oneOf: ['http', 'https', 'tcp'] }) ??
    known?.protocol) as BalancerService['protocol'];
  if (!protocol) fields.complain('protocol', 'is required');
  const listen_port = fields.maybeWhole('listen_port', port) ?? { http: 80, https: 443, tcp: 0 }[protocol];
  const destination_port = fields.maybeWhole('destination_port', port) ?? known?.destination_port ?? 80;
  const http = readHttp(world, fields, protocol, known);
  const health = fields.object('health_check');
  const standard = { protocol: 'tcp', port: destination_port, interval: 15, timeout: 10, retries: 3 };
  const health_check: Json = { ...standard, ...known?.health_check, ...health };
  for (const [name, least, most] of [
    ['interval', 3, 60],
    ['timeout', 1, 60],
    ['retries', 1, 5],
  ] as const) {
    const value = Number(health_check[name]);
    if (value < least || value > most) fields.complain(`health_check.${name}`, `must be between ${least} and ${most}`);
  }
  if (health_check.protocol === 'http') {
    const asked = (health_check.http ?? {}) as Json;
    health_check.http = { domain: '', path: '/', response: '', tls: false, status_codes: ['2??', '3??'], ...asked };
  } else delete health_check.http;
  fields.check();
  const proxyprotocol = fields.flag('proxyprotocol', known?.proxyprotocol ?? false);
  return { protocol, listen_port, destination_port, proxyprotocol, ...(http ? { http } : {}), health_check };
}

function readHttp(world: World, fields: Fields, protocol: string, known?: BalancerService): BalancerService['http'] {
  if (protocol === 'tcp') return undefined;
  const standard = { cookie_name: 'HCLBSTICKY', cookie_lifetime: 300, redirect_http: false, sticky_sessions: false };
  const http = { ...standard, certificates: [] as number[], ...known?.http, ...fields.object('http') };
  if (protocol === 'https' && http.certificates.length === 0)
    fields.complain('http.certificates', 'is required for https');
  for (const id of http.certificates)
    if (!world.state.certificates.get(id)) fields.complain('http.certificates', `${id} not found`);
  if (protocol === 'http' && http.redirect_http) fields.complain('http.redirect_http', 'is for https only');
  return http;
}

function readTarget(world: World, balancer: LoadBalancer, fields: Fields): BalancerTarget {
  const type = fields.text('type', { oneOf: ['server', 'label_selector'] }) as BalancerTarget['type'];
  const use_private_ip = fields.flag('use_private_ip', false);
  fields.check();
  const [net] = balancer.private_net;
  if (use_private_ip && !net)
    throw refused('load_balancer_not_attached_to_network', 'load balancer is not attached to a network');
  if (type === 'label_selector') {
    const selector = String(fields.object('label_selector').selector ?? '');
    if (selector === '') throw invalidInput({ label_selector: ['is required'] });
    return { type, label_selector: { selector }, use_private_ip };
  }
  const server = world.state.servers.get(Number(fields.object('server').id));
  if (!server) throw invalidInput({ server: ['not found'] });
  if (use_private_ip && !server.private_net.some(({ network }) => network === net?.network))
    throw refused('server_not_attached_to_network', 'server is not attached to the network of the load balancer');
  return { type, server: { id: server.id }, use_private_ip };
}

function addressFor(world: World, { location }: LoadBalancer, network: Network, fields: Fields): string {
  const within = fields.maybeText('ip_range');
  const wanted = fields.maybeText('ip');
  const fitting = network.subnets.filter(
    ({ network_zone, ip_range }) => network_zone === location.network_zone && (!within || ip_range === within),
  );
  const ranges = fitting.map(({ ip_range }) => parseRange(ip_range) as Range);
  const taken = addressesIn(world, network);
  if (wanted && !ranges.some((range) => contains(range, wanted))) throw invalidInput({ ip: ['is in no subnet'] });
  if (wanted && taken.has(wanted)) throw refused('ip_not_available', `${wanted} is already used`);
  const free = wanted ?? ranges.map((range) => freeIpv4(range, taken, 2n)).find(Boolean);
  if (!free) throw refused('no_subnet_available', 'no subnet of the network has a free address');
  return free;
}
