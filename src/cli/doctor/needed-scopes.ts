import { compositionOf, type Settings } from '../../app/index.ts';
import { slackManifest } from '../../slack/manifest.ts';

/** Returns the scopes without which something does not work, with those of the events that are recorded. */
export const neededScopes = (config: Settings): readonly string[] =>
  slackManifest({ mode: 'http', host: '', events: compositionOf(config).recording !== null }).oauth_config.scopes.bot;
