import { storeExitStatus } from '../../heroku-api/index.ts';
import type { Module, ModuleContext } from '../module.ts';
import { createHerokuCommand, createHerokuPerformers } from './commands.ts';
import { healthRoute } from './original-routes.ts';
import { herokuRoutes } from './routes.ts';
import type { herokuSettings } from './settings.ts';
import type { HerokuApps } from './types.ts';
import { webhookRoute } from './webhook.ts';

/** Returns what people and other programs see of the apps: command, routes and webhooks. */
export function createOutside(
  context: ModuleContext<typeof herokuSettings>,
  apps: HerokuApps,
): Required<Pick<Module, 'commands' | 'effects' | 'routes'>> {
  const { config, clock, log, store } = context;
  const secret = config.HEROKU_WEBHOOK_SECRET ?? null;
  const configured = {
    slack: config.SLACK_BOT_TOKEN !== undefined,
    channel: () => config.SLACK_CHANNEL ?? alertChannelOf(context),
    intervalMinutes: config.CHECK_INTERVAL_MINUTES,
    webhooks: secret !== null,
  };
  return {
    commands: [createHerokuCommand(apps)],
    effects: createHerokuPerformers(apps),
    routes: [
      { plugin: herokuRoutes(apps), prefix: '/ultronex', requireLogin: true, scope: 'read' },
      { plugin: healthRoute(apps, configured, clock), prefix: '', requireLogin: false, scope: 'read' },
      {
        plugin: webhookRoute({
          apps,
          secret,
          onExit: (dyno, status) => storeExitStatus(store, dyno, status),
          clock,
          log,
        }),
        ...{ prefix: '/ultronex/hooks', requireLogin: false, scope: 'hook:heroku' as const },
      },
    ],
  };
}

function alertChannelOf({ alertChannel, names }: Pick<ModuleContext, 'alertChannel' | 'names'>): string {
  const channel = alertChannel();
  const name = names.channel(channel);
  return name === null ? channel : `#${name}`;
}
