import { ApiError, invalidInput, refused } from '../errors.ts';
import type { Fields } from '../input.ts';
import { findReferenced } from '../listing.ts';
import { mustBeUnique } from '../resource.ts';
import type { Image, Json, Location, Network, PrimaryIp, ServerType, SshKey, Volume } from '../types.ts';
import type { World } from '../world.ts';
import { maxSpread, membersOf } from './placement-groups.ts';
import { serverKind } from './server-view.ts';

const hostname = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const maxUserData = 32 * 1024;

export interface ServerInput {
  name: string;
  labels: Record<string, string> | undefined;
  type: ServerType;
  location: Location;
  image: Image;
  sshKeys: SshKey[];
  userData: string;
  start: boolean;
  firewalls: number[];
  networks: Network[];
  volumes: Volume[];
  placementGroup: number | null;
  publicNet: Record<PrimaryIp['type'], PrimaryIp | 'new' | 'none'>;
}

/** Reads and checks the body of `POST /servers`. https://docs.hetzner.cloud/reference/cloud#servers-create-a-server */
export function readServer(world: World, fields: Fields): ServerInput {
  const name = fields.text('name', { like: hostname });
  const labels = fields.labels();
  const userData = fields.maybeText('user_data', { max: maxUserData }) ?? '';
  const start = fields.flag('start_after_create', true);
  const wantedType = fields.reference('server_type');
  const type = wantedType === undefined ? undefined : findReferenced(world.state.serverTypes, wantedType);
  if (!type) fields.complain('server_type', wantedType === undefined ? 'is required' : `'${wantedType}' not found`);
  const image = readImage(world, fields, type);
  if (image && type && image.disk_size > type.disk) fields.complain('image', `needs a disk of ${image.disk_size} GB`);
  const sshKeys = all(fields, 'ssh_keys', (key) => findReferenced(world.state.sshKeys, key as string | number));
  const networks = all(fields, 'networks', (id) => world.state.networks.get(Number(id)));
  const volumes = all(fields, 'volumes', (id) => world.state.volumes.get(Number(id)));
  const firewalls = all(fields, 'firewalls', (entry) => {
    const id = Number((entry as { firewall?: number }).firewall);
    return world.state.firewalls.get(id)?.id;
  });
  const placementGroup = readGroup(world, fields);
  const wantedPlace = fields.reference('location');
  const place = wantedPlace === undefined ? undefined : findReferenced(world.state.locations, wantedPlace);
  if (wantedPlace !== undefined && !place) fields.complain('location', `'${wantedPlace}' not found`);
  if (fields.given('datacenter')) fields.complain('datacenter', 'was removed, use location');
  fields.check();
  mustBeUnique(serverKind(world), name);

  const location = placeFor(world, type as ServerType, place ?? volumes[0]?.location);
  const net = fields.object('public_net');
  return {
    ...{ name, labels, userData, start, sshKeys, networks, volumes, firewalls, placementGroup, location },
    type: type as ServerType,
    image: image as Image,
    publicNet: { ipv4: addressFor(world, 'ipv4', net, location), ipv6: addressFor(world, 'ipv6', net, location) },
  };
}

function addressFor(world: World, type: PrimaryIp['type'], net: Json, location: Location): PrimaryIp | 'new' | 'none' {
  if (net[`enable_${type}`] === false) return 'none';
  const id = net[type];
  if (id === undefined || id === null || id === 0) return 'new';
  const primary = world.state.primaryIps.get(Number(id));
  if (!primary) throw invalidInput({ [`public_net.${type}`]: [`primary IP ${id} not found`] });
  if (primary.type !== type) throw refused('primary_ip_version_mismatch', `primary IP ${id} is no ${type} address`);
  if (primary.assignee_id !== null) throw refused('primary_ip_assigned', `primary IP ${id} is already assigned`);
  if (primary.location.id !== location.id) {
    throw refused('primary_ip_datacenter_mismatch', `primary IP ${id} is in ${primary.location.name}`);
  }
  return primary;
}

/** Where it goes, when this type can be had there. The refusals read as the API's own. */
export function placeFor(world: World, type: ServerType, wanted: Location | undefined): Location {
  const sold = world.state.locations.all.filter(({ name }) => type.available[name] !== undefined);
  const location = wanted ?? sold.find(({ name }) => type.available[name]) ?? sold[0];
  const over = type.deprecation && Date.parse(type.deprecation.unavailable_after) < world.now();
  if (!location || type.available[location.name] === undefined || over) {
    // Without fields, as recorded in autobase-tech/autobase#1403.
    throw new ApiError('invalid_input', 'unsupported location for server type', 422, {});
  }
  // 412, as recorded in jenkinsci/hetzner-cloud-plugin#21.
  if (!type.available[location.name]) throw new ApiError('resource_unavailable', 'error during placement', 412);
  return location;
}

export function readImage(world: World, fields: Fields, type: ServerType | undefined): Image | undefined {
  const wanted = fields.reference('image');
  const fitting = world.state.images.all.filter(({ architecture }) => !type || architecture === type.architecture);
  const image = wanted === undefined ? undefined : findReferenced(fitting, wanted);
  if (!image) fields.complain('image', wanted === undefined ? 'is required' : `'${wanted}' not found`);
  if (image && image.status !== 'available') fields.complain('image', 'is not available yet');
  return image;
}

function all<T>(fields: Fields, name: string, find: (entry: unknown) => T | undefined): T[] {
  return fields.list<unknown>(name).flatMap((entry) => {
    const found = find(entry);
    if (found === undefined) fields.complain(name, `${JSON.stringify(entry)} not found`);
    return found === undefined ? [] : [found];
  });
}

function readGroup(world: World, fields: Fields): number | null {
  const id = fields.maybeWhole('placement_group');
  if (id === undefined || id === 0) return null;
  const group = world.state.placementGroups.get(id);
  if (!group) fields.complain('placement_group', `${id} not found`);
  else if (membersOf(world, group).length >= maxSpread)
    throw refused('placement_error', 'placement group is full', 412);
  return id;
}
