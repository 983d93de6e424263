import pino from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, settingSchemas } from '../../src/app/index.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { type ModuleContext, modules } from '../../src/modules/index.ts';

/** Every module of the registry, opened with all its features turned on and never started; `registry` gets its metrics. */
export async function openAllModules(registry = new Registry()) {
  const context = {
    config: loadConfig(examples()),
    clock: systemClock,
    log: pino({ level: 'silent' }),
    // A module that does more with its store while it is opened fails here.
    store: { onState() {} } as Partial<ModuleContext['store']>,
    live: {} as ModuleContext['live'],
    registry,
    newId: () => '',
    team: () => '',
    channelOf: (written: string) => written,
    ttlMs: 0,
    onStop() {},
  } as ModuleContext;
  return Promise.all(modules.map(async ({ load }) => (await load()).open(context)));
}

/** What the schemas name as a right value: no feature of a module is off for want of an address. */
function examples(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settingSchemas).flatMap(([name, { example }]) => (example ? [[name, example]] : [])),
  );
}
