export { slackManifest } from './manifest.ts';
export { judgeChannel } from './named-channels.ts';
export { SlackMisconfigured, type SlackOptions, type SlackTimings } from './options.ts';
export { createSlack, type Slack } from './slack.ts';
