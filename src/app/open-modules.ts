import { every } from '../lib/every.ts';
import { type Module, type ModuleContext, modules } from '../modules/index.ts';

/** Loads, opens and starts the modules that the settings ask for. The others are not even loaded. */
export async function openModules(context: ModuleContext): Promise<Module[]> {
  const { config, clock, log, onStop } = context;
  const running: Module[] = [];
  for (const { isOn, load } of modules) {
    if (isOn?.(config) === false) continue;
    const { open } = await load();
    const module = await open(context);
    await module.start?.();
    for (const { name, everyMs, run } of module.every ?? []) onStop(name, every(everyMs, name, run, clock, log));
    running.push(module);
  }
  return running;
}
