import { randomBytes } from 'node:crypto';
import { invalidInput, refused } from '../errors.ts';
import { created } from '../http.ts';
import type { Routes } from '../router.ts';
import type { Action, PrimaryIp, Server } from '../types.ts';
import type { World } from '../world.ts';
import { newPrimaryIp } from './primary-ips.ts';
import type { ServerInput } from './server-input.ts';
import { readServer } from './server-input.ts';
import { startMachine } from './server-machine.ts';
import { attachTo } from './server-network.ts';
import { serverView } from './server-view.ts';

export function serverCreateRoutes(world: World): Routes {
  return {
    'POST /servers': ({ fields }) => {
      const input = readServer(world, fields);
      if (input.volumes.some((volume) => volume.server !== null))
        throw refused('volume_already_attached', 'volume is attached');
      if (input.volumes.some((volume) => volume.location.id !== input.location.id)) {
        throw invalidInput({ volumes: ['must be in the location of the server'] });
      }
      const server = makeServer(world, input);
      const { action, nextActions } = boot(world, server, input);
      const root_password = input.sshKeys.length > 0 ? null : newPassword();
      return created({ server: serverView(world, server), action, next_actions: nextActions, root_password });
    },
  };
}

export const newPassword = () => randomBytes(12).toString('base64url');

function makeServer(world: World, input: ServerInput): Server {
  const { state } = world;
  const server = state.servers.add({
    ...world.stamp(input.name, input.labels),
    status: 'initializing',
    type: input.type,
    location: input.location,
    image: input.image,
    primary_disk_size: input.type.disk,
    private_net: [],
    protection: { delete: false, rebuild: false },
    placement_group: input.placementGroup,
    backup_window: null,
    rescue_enabled: false,
    userData: input.userData,
    sshKeys: input.sshKeys,
  });
  for (const type of ['ipv4', 'ipv6'] as const) give(world, server, type, input.publicNet[type]);
  for (const network of input.networks) server.private_net.push(attachTo(world, server, network, {}));
  for (const volume of input.volumes) volume.server = server.id;
  for (const id of input.firewalls) {
    state.firewalls.get(id)?.targets.push({ type: 'server', server: { id: server.id } });
  }
  return server;
}

function give(world: World, server: Server, type: PrimaryIp['type'], wanted: PrimaryIp | 'new' | 'none'): void {
  if (wanted === 'none') return;
  const primary = wanted === 'new' ? newPrimaryIp(world, { type, location: server.location }) : wanted;
  primary.assignee_id = server.id;
  // Those made along with a server go with it: https://docs.hetzner.cloud/reference/cloud#primary-ips
  if (wanted === 'new') primary.auto_delete = true;
}

function boot(world: World, server: Server, input: ServerInput): { action: Action; nextActions: Action[] } {
  const about = [{ id: server.id, type: 'server' }];
  const work = startMachine(world, server);
  const action = world.actions.start('create_server', about, {
    work,
    effect: () => {
      if (server.status === 'initializing') server.status = input.start ? 'starting' : 'off';
    },
    failed: () => {
      server.status = 'unknown';
    },
  });
  if (!input.start) return { action, nextActions: [] };
  const start = world.actions.start('start_server', about, {
    work,
    effect: () => {
      server.status = 'running';
    },
  });
  return { action, nextActions: [start] };
}
