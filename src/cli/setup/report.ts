import type { StackConfig } from './check-env.ts';
import { publicUrl } from './public-url.ts';

/** What the stack will be, where to open it, and how to see the passwords; no secret. */
export function report(config: StackConfig): string[] {
  const { hostNames, env, program } = config;
  const at = publicUrl(config);
  const read = (service: string, file: string) => `docker compose exec ${service} cat /run/secrets/${file}`;
  return [
    hostNames.length === 0
      ? 'Trial: a certificate of its own, which the browser will warn about. For the real thing set HOST_NAMES in .env.'
      : `Certificate for ${hostNames.join(', ')} from ${authority(env)}.`,
    `Slack: ${slack(program, at)}`,
    ...alerts(program),
    `${at}/ultronex/  user ${program.BASIC_AUTH_USERNAME}, password: ${read('ultronex', 'password')}`,
    `${at}/grafana/  user admin, password: ${read('grafana', 'grafana_password')}`,
    `HAProxy’s statistics: user admin, password: ${read('haproxy', 'stats_password')}`,
    ...hints(hostNames, env),
  ];
}

function authority({ ACME_SERVER, ACME_STAGING }: StackConfig['env']): string {
  if (ACME_SERVER !== undefined) return ACME_SERVER;
  return ACME_STAGING === 'true' ? 'Let’s Encrypt’s test authority; browsers do not trust it' : 'Let’s Encrypt';
}

function slack({ SLACK_BOT_TOKEN, SLACK_APP_TOKEN }: StackConfig['program'], at: string): string {
  if (SLACK_BOT_TOKEN === undefined) return 'the simulator in its place; set SLACK_BOT_TOKEN for the real one.';
  return SLACK_APP_TOKEN === undefined ? `events over HTTP to ${at}/slack/events.` : 'events over Socket Mode.';
}

/** Here there is no network, so whether the channel is there shows later. */
function alerts({ SLACK_BOT_TOKEN, ALERT_CHANNEL }: StackConfig['program']): string[] {
  if (SLACK_BOT_TOKEN === undefined) return [];
  const doctor = 'docker compose exec ultronex node dist/cli/main.js doctor';
  return [
    `Alerts: to ${ALERT_CHANNEL}, which the bot makes or joins at the first start when it has the scopes channels:manage and ` +
      `channels:join. Whether it could: ${doctor}`,
  ];
}

/** Right, but perhaps not meant. */
function hints(hostNames: readonly string[], env: StackConfig['env']): string[] {
  const hints: string[] = [];
  const real = hostNames.length > 0;
  if (real && env.ACME_SERVER === undefined && (env.HTTP_PORT ?? '80') !== '80') {
    hints.push(`Note: Let’s Encrypt asks at port 80; something must hand that on to ${env.HTTP_PORT} of this machine.`);
  }
  if (real && env.ALERT_WEBHOOK_URL === undefined) {
    hints.push('Note: without ALERT_WEBHOOK_URL nobody hears when the program itself is down.');
  }
  if (env.DOCKER_ACT_URL !== undefined && !(env.COMPOSE_PROFILES ?? '').split(',').includes('control')) {
    hints.push('Note: DOCKER_ACT_URL needs the profile control: COMPOSE_PROFILES=control, or --profile control.');
  }
  return hints;
}
