import type { Prepared } from '../resource.ts';
import { actionRoute, protectionRoute } from '../resource.ts';
import type { Routes } from '../router.ts';
import type { Server } from '../types.ts';
import type { World } from '../world.ts';
import { preparePtr } from './primary-ips.ts';
import { newPassword } from './server-create.ts';
import { primaryIpOf, serverKind } from './server-view.ts';

/** On and off, and the switches of a server that need nothing else to exist. */
export function serverPowerRoutes(world: World): Routes {
  const kind = serverKind(world);
  const simple = (path: string, command: string, prepare: (server: Server) => Prepared) =>
    actionRoute(world, kind, path, command, prepare);
  const becomes = (path: string, command: string, status: Server['status']) =>
    simple(path, command, (server) => ({
      effect: () => {
        server.status = status;
      },
    }));
  const sets = (path: string, change: (server: Server) => void) =>
    simple(path, path, (server) => ({ effect: () => change(server) }));

  return {
    ...becomes('poweron', 'start_server', 'running'),
    ...becomes('poweroff', 'stop_server', 'off'),
    ...becomes('shutdown', 'shutdown_server', 'off'),
    ...becomes('reboot', 'reboot_server', 'running'),
    ...becomes('reset', 'reset_server', 'running'),
    ...protectionRoute(world, kind),
    ...sets('enable_backup', (server) => {
      server.backup_window = '22-02';
    }),
    ...sets('disable_backup', (server) => {
      server.backup_window = null;
    }),
    ...sets('disable_rescue', (server) => {
      server.rescue_enabled = false;
    }),
    ...simple('enable_rescue', 'enable_rescue', (server) => ({
      extra: { root_password: newPassword() },
      effect: () => {
        server.rescue_enabled = true;
      },
    })),
    ...simple('reset_password', 'reset_password', () => ({ extra: { root_password: newPassword() } })),
    ...actionRoute(world, kind, 'change_dns_ptr', 'change_dns_ptr', (server, fields) => {
      const family = (fields.maybeText('ip') ?? '').includes(':') ? 'ipv6' : 'ipv4';
      return { effect: preparePtr(primaryIpOf(world, server, family), fields) };
    }),
  };
}
