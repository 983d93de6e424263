import { invalidInput, refused } from '../errors.ts';
import { created } from '../http.ts';
import { findReferenced } from '../listing.ts';
import type { Kind } from '../resource.ts';
import { actionRoute, crudRoutes, mustBeUnique, protectionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Location, Server, Volume } from '../types.ts';
import type { World } from '../world.ts';
import { serverView } from './server-view.ts';

const size = { min: 10, max: 10_240 };

export function volumeRoutes(world: World): Routes {
  const kind: Kind<Volume> = {
    one: 'volume',
    many: 'volumes',
    items: world.state.volumes,
    view: (volume) => ({ ...volume }),
    filters: { status: (volume, values) => values.includes(volume.status) },
    mayGo(volume) {
      if (volume.server !== null) throw refused('volume_already_attached', 'volume is still attached to a server');
    },
  };
  const serverNamed = (id: number | undefined): Server | undefined => {
    if (id === undefined || id === 0) return undefined;
    const server = world.state.servers.get(id);
    if (!server) throw invalidInput({ server: [`${id} not found`] });
    return server;
  };
  const view = (volume: Volume) => kind.view(volume);
  const attaching = (volume: Volume, server: Server) => ({
    work: world.hooks.onVolumeAttach?.(serverView(world, server), view(volume)),
    effect: () => void Object.assign(volume, { server: server.id }),
  });
  const about = (volume: Volume, server: Server) => [
    { id: volume.id, type: 'volume' },
    { id: server.id, type: 'server' },
  ];

  return {
    ...crudRoutes(world, kind),
    ...protectionRoute(world, kind),
    'POST /volumes': ({ fields }) => {
      const name = fields.text('name', { max: 64, like: /^[A-Za-z0-9]([A-Za-z0-9._ -]*[A-Za-z0-9])?$/ });
      const gigabytes = fields.whole('size', size);
      const labels = fields.labels();
      const format = fields.maybeText('format', { oneOf: ['xfs', 'ext4'] }) ?? null;
      const server = serverNamed(fields.maybeWhole('server'));
      const wanted = fields.reference('location');
      const place = wanted === undefined ? undefined : findReferenced(world.state.locations, wanted);
      if (!server && !place)
        fields.complain('location', wanted ? `'${wanted}' not found` : 'is required without a server');
      fields.check();
      mustBeUnique(kind, name);
      const stamp = world.stamp(name, labels);
      const volume = kind.items.add({
        ...stamp,
        size: gigabytes,
        server: null,
        status: 'creating',
        location: server?.location ?? (place as Location),
        linux_device: `/dev/disk/by-id/scsi-0HC_Volume_${stamp.id}`,
        format,
        protection: { delete: false },
      });
      const ready = () => void Object.assign(volume, { status: 'available' });
      const action = world.actions.start('create_volume', [{ id: volume.id, type: 'volume' }], { effect: ready });
      const attach = (to: Server) => world.actions.start('attach_volume', about(volume, to), attaching(volume, to));
      const next = server ? [attach(server)] : [];
      return created({ volume: kind.view(volume), action, next_actions: next });
    },
    ...actionRoute(world, kind, 'attach', 'attach_volume', (volume, fields) => {
      const server = serverNamed(fields.whole('server'));
      fields.check();
      if (!server) throw invalidInput({ server: ['is required'] });
      if (volume.server !== null) throw refused('volume_already_attached', 'volume is already attached to a server');
      if (volume.location.id !== server.location.id) throw invalidInput({ server: ['is in another location'] });
      return { also: about(volume, server).slice(1), ...attaching(volume, server) };
    }),
    ...actionRoute(world, kind, 'detach', 'detach_volume', (volume) => {
      if (volume.server === null) throw invalidInput({ server: ['volume is not attached'] });
      const server = world.state.servers.get(volume.server);
      return {
        work: server && world.hooks.onVolumeDetach?.(serverView(world, server), view(volume)),
        effect: () => void Object.assign(volume, { server: null }),
      };
    }),
    ...actionRoute(world, kind, 'resize', 'resize_volume', (volume, fields) => {
      const wanted = fields.whole('size', { min: volume.size + 1, max: size.max });
      return { effect: () => void Object.assign(volume, { size: wanted }) };
    }),
  };
}
