import type { FastifyPluginAsync } from 'fastify';
import type { Clock } from '../../domain/clock.ts';
import type { HerokuApps } from './types.ts';

/** The settings that GET /health shows. */
export interface Configured {
  slack: boolean;
  /** Where messages about Heroku go: #name or an id. */
  channel(): string;
  intervalMinutes: number;
  webhooks: boolean;
}

/** Returns GET /health, which the monitor that this module replaces had: what is configured, without secrets or a login. */
export function healthRoute(
  apps: Pick<HerokuApps, 'names'>,
  { slack, channel, intervalMinutes, webhooks }: Configured,
  clock: Pick<Clock, 'now'>,
): FastifyPluginAsync {
  return async (app) => {
    app.get('/health', { schema: { hide: true } }, (_request, reply) => {
      reply.send({
        status: 'ok',
        timestamp: new Date(clock.now()).toISOString(),
        heroku: { configured: true, apps: apps.names(), webhooks },
        slack: { configured: slack, channel: channel() },
        checkIntervalMinutes: intervalMinutes,
      });
    });
  };
}
