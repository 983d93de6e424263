import type { OffFeature } from '../domain/off.ts';
import type { Settings } from './schema.ts';

/** The parts that these settings turn off, each with what turns it on. None of them is a mistake of the user. */
export function offFeatures(config: Settings): OffFeature[] {
  const slack = config.SLACK_BOT_TOKEN !== undefined;
  const docker = config.DOCKER_READ_URL !== undefined;
  const inStack = docker || config.HAPROXY_METRICS_URL !== undefined;
  const off: (OffFeature & { when: boolean })[] = [
    {
      name: 'slack',
      when: !slack,
      text: 'No Slack is connected: messages, alerts and commands stay in the simulator. Make the app from its manifest, and give the program its two tokens.',
      setting: 'SLACK_BOT_TOKEN=xoxb-…\nSLACK_APP_TOKEN=xapp-…',
      guide: 'README/with-slack',
    },
    {
      name: 'simulator',
      when: slack,
      text: 'Slack is the workspace, so there is no simulator. A program without SLACK_BOT_TOKEN has it; to try something, start a second one with a folder and a port of its own.',
      setting: 'DATA_DIR=/tmp/ultronex-trial PORT=8081 npm start',
      guide: 'README/first-five-minutes',
    },
    {
      name: 'containers',
      when: !docker,
      text: 'The program was not told where Docker’s API is: no page of containers, no container metrics. The stack sets it by itself.',
      setting: 'DOCKER_READ_URL=http://127.0.0.1:2375',
      guide: 'stack/containers',
    },
    {
      name: 'control',
      when: docker && config.DOCKER_ACT_URL === undefined,
      text: 'Containers can be looked at, not started, stopped or restarted.',
      setting: 'COMPOSE_PROFILES=control\nDOCKER_ACT_URL=http://docker-act:2375',
      guide: 'stack/containers',
    },
    {
      name: 'traffic',
      when: docker && config.HAPROXY_METRICS_URL === undefined,
      text: 'The map of containers shows no traffic.',
      setting: 'HAPROXY_METRICS_URL=http://haproxy:8405/metrics',
      guide: 'stack/containers',
    },
    {
      name: 'dashboards',
      when: !inStack,
      text: 'Grafana’s dashboards, logs in Loki, Prometheus and its alerts belong to the stack; this program runs alone. Its own metrics are at /metrics, and LOKI_URL sends its log to a Loki elsewhere.',
      setting: 'docker compose up -d',
      guide: 'stack/metrics-and-dashboards',
    },
    {
      name: 'replies',
      when: (config.REPLIES ?? (slack ? 'off' : 'on')) === 'off',
      text: 'Trigger words are not answered.',
      setting: 'REPLIES=on',
      guide: 'README/bot-commands',
    },
    {
      name: 'gif',
      when: config.GIPHY_API_KEY === undefined,
      text: 'The command gif has no key of api.giphy.com.',
      setting: 'GIPHY_API_KEY=…',
      guide: 'README/bot-commands',
    },
    {
      name: 'links',
      when: slack && config.PUBLIC_URL === undefined,
      text: 'Messages have no links to the ledger, because the program does not know its address.',
      setting: 'PUBLIC_URL=https://bot.example.com',
      guide: 'configuration',
    },
  ];
  return off.flatMap(({ when, ...feature }) => (when ? [feature] : []));
}
