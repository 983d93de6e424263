import type { Image, Server } from '../types.ts';
import type { World } from '../world.ts';
import { imageKind } from './images.ts';
import { primaryIpOf, serverView } from './server-view.ts';

/**
 * Has the hook start the machine behind a server. When it answers another address than the one the API promised, the
 * server (and its primary IP) has that one from then on. Undefined without a hook: nothing to wait for.
 */
export function startMachine(world: World, server: Server): Promise<void> | undefined {
  const { onServerCreate } = world.hooks;
  if (!onServerCreate) return undefined;
  const { userData, sshKeys } = server;
  const keys = sshKeys.map(({ name, public_key }) => ({ name, public_key }));
  return onServerCreate(serverView(world, server), { userData, sshKeys: keys }).then((machine) => {
    const primary = primaryIpOf(world, server, 'ipv4');
    if (primary && machine?.ipv4) primary.ip = machine.ipv4;
  });
}

/** Ends the machine; its failure is the answer's, so that no test leaves one behind without a word. */
export function endMachine(world: World, server: Server): Promise<void> | undefined {
  return world.hooks.onServerDelete?.(serverView(world, server));
}

/** The snapshot of a machine: `create_image` waits for it, so that a later server can start from the copy. */
export function copyMachine(world: World, server: Server, image: Image): Promise<void> | undefined {
  return world.hooks.onImageCreate?.(serverView(world, server), imageKind(world).view(image));
}
