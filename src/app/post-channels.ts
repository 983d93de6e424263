import type { PostChannel } from '../domain/naming.ts';
import { type Settings, settingSchemas } from './settings.ts';

/** Returns the channels that messages go to by these settings: the settings whose schema has `postsTo`. */
export function postChannels(config: Settings): PostChannel[] {
  const values: Readonly<Record<string, unknown>> = config;
  return Object.entries(settingSchemas).flatMap(([setting, { postsTo }]) => {
    const written = values[setting];
    return postsTo === undefined || typeof written !== 'string' ? [] : [{ setting, written, ...postsTo }];
  });
}

/** All that may name channels: the values of the label `setting`. */
export const namingSettings: readonly string[] = [
  'SLACK_CHANNEL_LIST',
  ...Object.entries(settingSchemas).flatMap(([setting, { postsTo }]) => (postsTo === undefined ? [] : [setting])),
  'patterns',
];
