import type { Feature } from '../../domain/off.ts';
import type { ConfigOf } from '../module.ts';
import type { herokuSettings } from './settings.ts';

/** The features that the module's settings turn on. */
export const herokuFeatures: readonly Feature<ConfigOf<typeof herokuSettings>>[] = [
  {
    name: 'heroku',
    title: 'Apps on Heroku',
    isOff: ({ HEROKU_API_KEY }) => HEROKU_API_KEY === undefined,
    text: 'There is no key of Heroku’s API: no app on Heroku is watched.',
    setting: 'HEROKU_API_KEY=…\nMONITORED_APP_NAME=my-app',
    guide: 'heroku',
    hasRoutes: true,
  },
];
