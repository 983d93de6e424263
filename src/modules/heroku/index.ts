/** Heroku: a module that watches apps on Heroku: dynos, releases, add-ons, formation and the names of config vars. */
import type { ModuleEntry } from '../module.ts';
import { herokuFeatures } from './features.ts';
import { herokuSettings } from './settings.ts';

export const heroku = {
  name: 'heroku',
  settings: herokuSettings,
  isOn: ({ HEROKU_API_KEY }) => HEROKU_API_KEY !== undefined,
  features: herokuFeatures,
  tags: [{ name: 'heroku', description: 'Apps on Heroku: dynos, releases, add-ons.' }],
  cli: async () => (await import('./cli.ts')).herokuCommands,
  // Apps that nobody watched for LEDGER_DAYS are read as new ones, which tells nothing.
  deliverySources: [{ name: 'heroku' }],
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof herokuSettings>;
