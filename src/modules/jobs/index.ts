/** Jobs: a module that runs scripts when they are called: on Heroku, in a container, or as a process of this machine. */
import type { ModuleEntry } from '../module.ts';
import { isOn, jobFeatures } from './features.ts';
import { jobSettings } from './settings.ts';

export const jobs = {
  name: 'jobs',
  settings: jobSettings,
  isOn,
  features: jobFeatures,
  pages: [
    {
      name: 'jobs',
      title: 'Jobs',
      main: 'modules/jobs/web/main.ts',
      nav: { label: 'Jobs', at: 28 },
      card: { icon: 'play', about: 'Scripts that run when they are called, and their output.' },
      part: 'jobs',
      isRoute: true,
    },
  ],
  tags: [{ name: 'jobs', description: 'Scripts that run when they are called.' }],
  deliverySources: [{ name: 'jobs' }],
  checkFiles: async (config) => (await import('./cli-check.ts')).checkJobsFolder(config),
  cli: async () => (await import('./cli.ts')).jobCommands,
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof jobSettings>;
