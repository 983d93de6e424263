export type { SlackDirectory } from './directory.ts';
export { toIncoming } from './events.ts';
export type { Identity } from './identity.ts';
export { type ManifestFor, slackManifest } from './manifest.ts';
export { judgeChannel } from './named-channels.ts';
export { defaultTimings, SlackMisconfigured, type SlackOptions, type SlackTimings } from './options.ts';
export { createSlack, type Slack } from './slack.ts';
