import { resolve } from 'node:path';
import { createLimiter } from '../../lib/limiter.ts';
import { byName, watchYamlFolder } from '../../yaml-files/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import type { Hook } from './hook.ts';
import { loadHooks } from './load.ts';
import { createHookMetrics, unknownHook } from './metrics.ts';
import { hookRoutes } from './routes.ts';
import type { hookSettings } from './settings.ts';
import { createTake } from './take.ts';

/** A hook shows at most one refusal or failure in this time, so that a flood does not push everything else off the page. */
const showEveryMs = 10_000;

export function open(context: ModuleContext<typeof hookSettings>): Module {
  const { config, clock, log, live, registry, onStop } = context;
  let hooks: ReadonlyMap<string, Hook> = new Map();
  const metrics = createHookMetrics(registry);
  const mayShow = createLimiter({ now: clock.monotonic, most: 1, perMs: showEveryMs });
  const take = createTake(context);

  function replace(files: readonly Hook[][]): void {
    hooks = byName(files.flat(), (reason) => log.error(reason));
    for (const name of hooks.keys()) metrics.add(name);
    if (hooks.size > 0) log.info({ hooks: [...hooks.keys()] }, 'hooks were read');
  }

  const plugin = hookRoutes({
    ...{ clock, take, find: (name) => hooks.get(name) ?? null },
    reportUnknown: () => metrics.count(unknownHook, 'refused'),
    report(hook, outcome, why) {
      metrics.count(hook.name, outcome);
      if (why === undefined) return;
      log.warn({ hook: hook.name, outcome }, why);
      if (!mayShow.allow(hook.name)) return;
      live.publish({
        level: 'danger',
        what: 'part',
        team: '',
        channel: hook.channel,
        text: why,
        deliveryId: null,
        trace: null,
      });
    },
  });
  return {
    routes: [{ plugin, prefix: '/ultronex/hooks', requireLogin: false, scope: 'hook' }],
    async start() {
      const watched = await watchYamlFolder({
        ...{ dir: resolve(config.HOOKS_DIR), load: loadHooks, onContents: replace, clock },
        onError: (error) => log.error({ err: error }, 'a file of hooks is refused; the old one stays'),
      });
      onStop('hooks', () => watched.stop());
    },
  };
}
