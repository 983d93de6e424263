/** Slack: events in (two sockets, or HTTP), the Web API, files, names. The SDK is loaded when it is needed. */
export type { Answer, SlackApi } from './api.ts';
export type { SlackDirectory } from './directory.ts';
export { slackUrl } from './hosts.ts';
export type { Identity } from './identity.ts';
export { slackManifest } from './manifest.ts';
export { deliveryEventType, metadataOf } from './metadata.ts';
export { judgeChannel } from './named-channels.ts';
export { SlackNotReached } from './not-reached.ts';
export { SlackMisconfigured, type SlackOptions, type SlackSetup, type SlackTimings } from './options.ts';
export { classify, type Failure, withReason } from './outcomes.ts';
export { permalink } from './permalink.ts';
export { reasonOfText } from './reasons.ts';
export { neededScopes } from './scopes.ts';
export { createSlack, type Slack } from './slack.ts';
export type { SlackTeam } from './team.ts';
export type { SlackTeams } from './teams.ts';
