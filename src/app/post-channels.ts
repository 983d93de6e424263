import type { PostChannel } from '../domain/naming.ts';
import { type Settings, settingSchemas } from './settings.ts';

/** The channels that these settings post to, those of `postsTo` in their schemas. */
export function postChannels(config: Settings): PostChannel[] {
  const values: Readonly<Record<string, unknown>> = config;
  return Object.entries(settingSchemas).flatMap(([setting, { postsTo }]) => {
    const written = values[setting];
    return postsTo === undefined || typeof written !== 'string' ? [] : [{ setting, written, ...postsTo }];
  });
}

/** Everything that names channels: values of the label `setting`. */
export const namingSettings: readonly string[] = [
  'SLACK_CHANNEL_LIST',
  ...Object.entries(settingSchemas).flatMap(([setting, { postsTo }]) => (postsTo === undefined ? [] : [setting])),
  'patterns',
];
