import pino from 'pino';
import { Registry } from 'prom-client';
import { loadConfig, settingSchemas } from '../../src/app/index.ts';
import { systemClock } from '../../src/domain/clock.ts';
import { type Module, type ModuleContext, modules } from '../../src/modules/index.ts';

/** Every module of the registry, opened with all its features turned on and never started; `registry` gets its metrics. */
export async function openAllModules(registry = new Registry(), entries = modules) {
  const context = {
    // Its routes need more settings than this one; those have no example.
    config: { ...loadConfig(examples()), SLACK_CLIENT_ID: '1.2' },
    clock: systemClock,
    random: Math.random,
    log: pino({ level: 'silent' }),
    // A module that does more with its store while it is opened fails here.
    store: { onState() {}, onIncident() {}, onJob() {}, onOutput() {}, onEvents() {}, onTold() {} } as Partial<
      ModuleContext['store']
    >,
    live: {} as ModuleContext['live'],
    copiesOf: () => [],
    names: { user: () => null, channel: () => null },
    hasCommand: () => false,
    signals: {} as ModuleContext['signals'],
    registry,
    newId: () => '',
    team: () => '',
    channelOf: (written: string) => written,
    alertChannel: () => '',
    ttlMs: 0,
    onEvent() {},
    onOwnPost() {},
    renewSockets: () => false,
    installer: { scopes: [], counts: () => null, onRefresh() {} } as Partial<ModuleContext['installer']>,
    onStop() {},
  } as ModuleContext;
  const opened: Module[] = [];
  // In turn: the order of the metrics is that of the registry, not that in which the files were read.
  for (const { load } of entries) opened.push(await (await load()).open(context));
  return opened;
}

/** What the schemas name as a right value: no feature of a module is off for want of an address. */
function examples(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settingSchemas).flatMap(([name, { example }]) => (example ? [[name, example]] : [])),
  );
}
