import { every } from '../lib/every.ts';
import { type Module, type ModuleContext, type ModuleEntry, modules } from '../modules/index.ts';

type RunningModule = Module & Required<Pick<ModuleEntry, 'tags'>>;

/** Loads, opens and starts the modules that the settings ask for. The others are not even loaded. */
export async function openModules(context: ModuleContext): Promise<RunningModule[]> {
  const { config, clock, log, onStop } = context;
  const running: RunningModule[] = [];
  for (const { isOn, load, tags = [] } of modules) {
    if (isOn?.(config) === false) continue;
    const { open } = await load();
    const module = await open(context);
    await module.start?.();
    for (const { name, everyMs, run } of module.every ?? []) onStop(name, every(everyMs, name, run, clock, log));
    running.push({ ...module, tags });
  }
  return running;
}
