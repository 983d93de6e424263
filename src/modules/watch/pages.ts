import type { PlannedMaintenance } from '../../watch-files/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import type { Beats } from './beats/types.ts';
import { createCheckNow } from './check-now.ts';
import { checkRoutes } from './check-routes.ts';
import { createWatchCommands, createWatchPerformers } from './commands.ts';
import { createRecords } from './records.ts';
import type { Checks } from './result.ts';
import type { watchSettings } from './settings.ts';
import { upPage } from './up-page.ts';
import { watchRoute } from './watch-route.ts';

export interface WatchPagesParts {
  context: Pick<ModuleContext<typeof watchSettings>, 'config' | 'clock' | 'store' | 'team'>;
  checks: Checks;
  beats: Beats;
  planned(): readonly PlannedMaintenance[];
}

/** Returns what people see of checks and beats: routes, pages, commands. */
export function createWatchPages({ context, checks, beats, planned }: WatchPagesParts) {
  const { config, clock, store, team } = context;
  const records = createRecords({ store, clock });
  const checkNow = createCheckNow(checks, clock);
  return {
    commands: createWatchCommands({ checks, checkNow, beats }),
    effects: createWatchPerformers(checkNow),
    routes: [
      {
        plugin: watchRoute({ checks, beats, planned, clock }),
        ...{ prefix: '/ultronex', requireLogin: true, scope: 'read' },
      },
      {
        plugin: checkRoutes({ checks, checkNow, records, store, team }),
        ...{ prefix: '/ultronex', requireLogin: true, scope: 'read' },
      },
      ...(config.PUBLIC_STATUS
        ? [
            {
              plugin: upPage({ checks, records, clock }),
              prefix: '/ultronex',
              requireLogin: false,
              scope: 'read',
            } as const,
          ]
        : []),
    ],
  } satisfies Pick<Module, 'commands' | 'effects' | 'routes'>;
}
