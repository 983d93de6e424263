import type { Module, ModuleContext } from '../module.ts';

/** The containers of this machine: a page, metrics, commands, and control where it is turned on. */
export async function createContainers(context: ModuleContext): Promise<Module | null> {
  const url = context.config.DOCKER_READ_URL;
  if (url === undefined) return null;
  // Only now: who runs without Docker does not pay for its client, the terminal and their WebSockets.
  const { openContainers } = await import('./module.ts');
  return openContainers(url, context);
}
