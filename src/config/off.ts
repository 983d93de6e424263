import type { Feature } from '../domain/off.ts';
import type { CoreSettings } from './schema.ts';

const hasSlack = ({ SLACK_BOT_TOKEN }: CoreSettings) => SLACK_BOT_TOKEN !== undefined;

/** Slack and the simulator, which replaces it. */
export const workspaceFeatures: readonly Feature<CoreSettings>[] = [
  {
    name: 'slack',
    title: 'Slack',
    isOff: (config) => !hasSlack(config),
    text: 'No Slack is connected: messages, alerts and commands stay in the simulator. Make the app from its manifest, and give the program its two tokens.',
    setting: 'SLACK_BOT_TOKEN=xoxb-…\nSLACK_APP_TOKEN=xapp-…',
    guide: 'README/with-slack',
  },
  {
    name: 'events',
    title: 'Events from Slack',
    isOff: (config) =>
      hasSlack(config) && config.SLACK_APP_TOKEN === undefined && config.SLACK_SIGNING_SECRET === undefined,
    text: 'Messages are sent to Slack, but none arrive: no commands, buttons and patterns.',
    setting: 'SLACK_APP_TOKEN=xapp-…',
    guide: 'README/with-slack',
  },
  {
    name: 'simulator',
    title: 'Simulator',
    isOff: hasSlack,
    text: 'Slack is the workspace, so there is no simulator. A program without SLACK_BOT_TOKEN has it; to try something, start a second one with a folder and a port of its own.',
    setting: 'DATA_DIR=/tmp/ultronex-trial PORT=8081 npm start',
    guide: 'README/first-five-minutes',
    hasRoutes: true,
  },
];

/** Optional features of the core. */
export const coreFeatures: readonly Feature<CoreSettings>[] = [
  {
    name: 'replies',
    title: 'Trigger words',
    isOff: (config) => (config.REPLIES ?? (hasSlack(config) ? 'off' : 'on')) === 'off',
    text: 'Trigger words are not answered.',
    setting: 'REPLIES=on',
    guide: 'README/bot-commands',
  },
  {
    name: 'gif',
    title: 'GIFs',
    isOff: ({ GIPHY_API_KEY }) => GIPHY_API_KEY === undefined,
    text: 'The command gif has no key of api.giphy.com.',
    setting: 'GIPHY_API_KEY=…',
    guide: 'README/bot-commands',
  },
  {
    name: 'links',
    title: 'Links in messages',
    isOff: (config) => hasSlack(config) && config.PUBLIC_URL === undefined,
    text: 'Messages have no links to the ledger, because the program does not know its address.',
    setting: 'PUBLIC_URL=https://bot.example.com',
    guide: 'configuration',
  },
];
