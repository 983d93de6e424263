import type { StackConfig } from './check-env.ts';
import { publicUrl } from './public-url.ts';

/** Returns lines that describe the stack, its addresses and how to read the passwords, without any secret. */
export function report(config: StackConfig): string[] {
  const { hostNames, env, program } = config;
  const at = publicUrl(config);
  const read = (service: string, file: string) => `docker compose exec ${service} cat /run/secrets/${file}`;
  return [
    hostNames.length === 0
      ? 'Trial: a self-signed certificate, which the browser will warn about. For a real one set HOST_NAMES in .env.'
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

function slack(program: StackConfig['program'], at: string): string {
  const { SLACK_BOT_TOKEN, SLACK_APP_TOKEN, SLACK_SIGNING_SECRET } = program;
  if (SLACK_BOT_TOKEN === undefined) return 'the simulator in its place; set SLACK_BOT_TOKEN for the real one.';
  if (SLACK_APP_TOKEN !== undefined) return 'events over Socket Mode.';
  if (SLACK_SIGNING_SECRET !== undefined) return `events over HTTP to ${at}/slack/events.`;
  return 'messages are sent, but no events arrive; set SLACK_APP_TOKEN or SLACK_SIGNING_SECRET.';
}

/** The set-up container has no network, so it cannot check that the channel exists. */
function alerts({ SLACK_BOT_TOKEN, ALERT_CHANNEL }: StackConfig['program']): string[] {
  if (SLACK_BOT_TOKEN === undefined) return [];
  const doctor = 'docker compose exec ultronex node dist/cli/main.js doctor';
  return [
    `Alerts: to ${ALERT_CHANNEL}, which the bot makes or joins at the first start when it has the scopes channels:manage and ` +
      `channels:join. Whether it could: ${doctor}`,
  ];
}

/** Returns notes about valid settings that are perhaps not intended. */
function hints(hostNames: readonly string[], env: StackConfig['env']): string[] {
  const hints: string[] = [];
  const real = hostNames.length > 0;
  if (real && env.ACME_SERVER === undefined && (env.HTTP_PORT ?? '80') !== '80') {
    hints.push(`Note: Let’s Encrypt connects to port 80; forward that port to ${env.HTTP_PORT} of this machine.`);
  }
  if (real && env.ALERT_WEBHOOK_URL === undefined) {
    hints.push('Note: without ALERT_WEBHOOK_URL nobody is notified when the program itself is down.');
  }
  const profiles = (env.COMPOSE_PROFILES ?? '').split(',');
  for (const [name, profile] of [
    ['DOCKER_ACT_URL', 'control'],
    ['DOCKER_JOBS_URL', 'jobs'],
  ] as const) {
    if (env[name] === undefined || profiles.includes(profile)) continue;
    hints.push(`Note: ${name} needs the profile ${profile}: COMPOSE_PROFILES=${profile}, or --profile ${profile}.`);
  }
  return hints;
}
