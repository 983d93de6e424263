/** Slack: events in (two sockets, or HTTP), the Web API out, files, names. The SDK is loaded when it is needed. */
export { slackManifest } from './manifest.ts';
export { judgeChannel } from './named-channels.ts';
export { SlackMisconfigured, type SlackOptions, type SlackTimings } from './options.ts';
export { createSlack, type Slack } from './slack.ts';
