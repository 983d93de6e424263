import { every } from '../lib/every.ts';
import { type Module, type ModuleContext, type ModuleEntry, modules } from '../modules/index.ts';
import type { SignalSink } from '../ports/signals.ts';

export type RunningModule = Module & Required<Pick<ModuleEntry, 'tags'>>;

/** Loads, opens and starts the modules that are on. A module that is off is not loaded. */
export async function openModules(parts: Omit<ModuleContext, 'signals' | 'hasCommand'>): Promise<RunningModule[]> {
  const { config, clock, log, onStop } = parts;
  const running: RunningModule[] = [];
  const context: ModuleContext = {
    ...parts,
    signals: { signal: (signal) => sinkOf(running).signal(signal) },
    hasCommand: (name) => running.some(({ commands = [] }) => commands.some((command) => command.name === name)),
  };
  for (const { isOn, load, tags = [] } of modules) {
    if (isOn?.(config) === false) continue;
    const { open } = await load();
    running.push({ ...(await open(context)), tags });
  }
  // A module may send signals as soon as it starts, so the one that takes them must be open.
  for (const module of running) {
    await module.start?.();
    for (const { name, everyMs, run } of module.every ?? []) onStop(name, every(everyMs, name, run, clock, log));
  }
  return running;
}

/** The module that takes signals may be opened after those that send them. */
function sinkOf(modules: readonly RunningModule[]): SignalSink {
  const sink = modules.find(({ signals }) => signals !== undefined)?.signals;
  if (sink === undefined) throw new Error('No module takes signals.');
  return sink;
}
