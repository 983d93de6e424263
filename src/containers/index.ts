import type { Module, ModuleContext } from '../module.ts';

/** The containers of this machine: a page, metrics, commands, and control where it is turned on. */
export function createContainers({ config }: ModuleContext): Module | null {
  if (config.DOCKER_READ_URL === undefined) return null;
  return {};
}
