import { ok } from '../http.ts';
import { crudRoutes, mustBeIdle, need, refuseProtected } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Server } from '../types.ts';
import type { World } from '../world.ts';
import { serverChangeRoutes } from './server-change.ts';
import { serverCreateRoutes } from './server-create.ts';
import { endMachine } from './server-machine.ts';
import { serverNetworkRoutes } from './server-network.ts';
import { serverPowerRoutes } from './server-power.ts';
import { serverKind } from './server-view.ts';

export function serverRoutes(world: World): Routes {
  const kind = serverKind(world);
  return {
    ...crudRoutes(world, kind),
    ...serverCreateRoutes(world),
    ...serverPowerRoutes(world),
    ...serverNetworkRoutes(world),
    ...serverChangeRoutes(world),
    // The one DELETE that answers an action, beside those of zones.
    'DELETE /servers/{id}': ({ params }) => {
      const server = need(kind, params.id ?? '');
      refuseProtected('server', server);
      mustBeIdle(world, 'server', server.id);
      const work = endMachine(world, server);
      forget(world, server);
      return ok({ action: world.actions.start('delete_server', [{ id: server.id, type: 'server' }], { work }) });
    },
  };
}

/** It is gone at once; what was attached to it stays, but for what was made along with it. */
function forget({ state }: World, server: Server): void {
  state.servers.remove(server);
  for (const primary of state.primaryIps.all.filter(({ assignee_id }) => assignee_id === server.id)) {
    primary.assignee_id = null;
    if (primary.auto_delete) state.primaryIps.remove(primary);
  }
  for (const volume of state.volumes.all) if (volume.server === server.id) volume.server = null;
  for (const firewall of state.firewalls.all) {
    firewall.targets = firewall.targets.filter((target) => target.server?.id !== server.id);
  }
  for (const image of state.images.all.filter(({ bound_to }) => bound_to === server.id)) state.images.remove(image);
}
