import { invalidInput, refused } from '../errors.ts';
import { findReferenced } from '../listing.ts';
import { actionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Image, Server } from '../types.ts';
import type { World } from '../world.ts';
import { imageKind } from './images.ts';
import { maxSpread, membersOf } from './placement-groups.ts';
import { newPassword } from './server-create.ts';
import { placeFor, readImage } from './server-input.ts';
import { copyMachine, endMachine, startMachine } from './server-machine.ts';
import { serverKind } from './server-view.ts';

const mustBeOff = (server: Server) => {
  if (server.status !== 'off') throw refused('server_not_stopped', 'server must be powered off');
};

/** Another type, another image, an image of it, a placement group. */
export function serverChangeRoutes(world: World): Routes {
  const kind = serverKind(world);
  return {
    ...actionRoute(world, kind, 'change_type', 'change_server_type', (server, fields) => {
      const wanted = fields.reference('server_type');
      const upgradeDisk = fields.flag('upgrade_disk', false);
      fields.check();
      const type = wanted === undefined ? undefined : findReferenced(world.state.serverTypes, wanted);
      if (!type) throw invalidInput({ server_type: [`'${wanted}' not found`] });
      if (type.architecture !== server.type.architecture || type.disk < server.primary_disk_size) {
        throw refused('invalid_server_type', 'server type does not fit: other architecture or smaller disk');
      }
      placeFor(world, type, server.location);
      mustBeOff(server);
      // "This copies the content of its disk, and starts it again": Terraform leaves the starting to the API.
      const effect = () => {
        server.status = 'running';
        server.type = type;
        if (upgradeDisk) server.primary_disk_size = type.disk;
      };
      return { effect };
    }),
    ...actionRoute(world, kind, 'rebuild', 'rebuild_server', (server, fields) => {
      if (server.protection.rebuild) throw refused('protected', 'server rebuild is protected', 423);
      const image = readImage(world, fields, server.type);
      fields.check();
      server.userData = fields.maybeText('user_data', { max: 32 * 1024 }) ?? server.userData;
      server.status = 'rebuilding';
      const ended = endMachine(world, server);
      const work = ended ? ended.then(() => startMachine(world, server)) : startMachine(world, server);
      const effect = () => {
        server.image = image as Image;
        server.status = 'running';
      };
      return { effect, work, extra: { root_password: server.sshKeys.length > 0 ? null : newPassword() } };
    }),
    ...createImage(world),
    ...actionRoute(world, kind, 'add_to_placement_group', 'add_to_placement_group', (server, fields) => {
      const id = fields.whole('placement_group');
      fields.check();
      const group = world.state.placementGroups.get(id);
      if (!group) throw invalidInput({ placement_group: [`${id} not found`] });
      mustBeOff(server);
      if (membersOf(world, group).length >= maxSpread) throw refused('placement_error', 'placement group is full', 412);
      return { effect: () => void Object.assign(server, { placement_group: id }) };
    }),
    ...actionRoute(world, kind, 'remove_from_placement_group', 'remove_from_placement_group', (server) => ({
      effect: () => void Object.assign(server, { placement_group: null }),
    })),
  };
}

function createImage(world: World): Routes {
  const images = imageKind(world);
  return {
    ...actionRoute(world, serverKind(world), 'create_image', 'create_image', (server, fields) => {
      const type = (fields.maybeText('type', { oneOf: ['snapshot', 'backup'] }) ?? 'snapshot') as 'snapshot' | 'backup';
      const description = fields.maybeText('description', { max: 255 }) ?? '';
      const labels = fields.labels();
      fields.check();
      if (type === 'backup' && !server.backup_window) throw refused('invalid_input', 'backups are not enabled');
      const image = world.state.images.add({
        ...world.stamp(null, labels),
        type,
        description,
        status: 'creating',
        image_size: null,
        disk_size: server.primary_disk_size,
        created_from: { id: server.id, name: server.name },
        bound_to: type === 'backup' ? server.id : null,
        os_flavor: server.image?.os_flavor ?? 'unknown',
        os_version: server.image?.os_version ?? null,
        architecture: server.type.architecture,
        rapid_deploy: false,
        protection: { delete: false },
        deprecated: null,
      });
      return {
        work: copyMachine(world, server, image),
        also: [{ id: image.id, type: 'image' }],
        extra: { image: images.view(image) },
        effect: () => void Object.assign(image, { status: 'available', image_size: 1.5 }),
        failed: () => world.state.images.remove(image),
      };
    }),
  };
}
