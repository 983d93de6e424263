/** Watch: a module that checks addresses, names, certificates and containers, and waits for the beats of cron jobs. */
import type { ModuleEntry } from '../module.ts';
import { watchSettings } from './settings.ts';

export const watch = {
  name: 'watch',
  settings: watchSettings,
  pages: [
    {
      name: 'watch',
      title: 'Watch',
      main: 'modules/watch/web/watch.ts',
      nav: { label: 'Watch', at: 27 },
      card: { icon: 'eye', about: 'What is up, what is down, and which jobs reported.' },
      isRoute: true,
    },
  ],
  tags: [{ name: 'watch', description: 'Checks, beats, and planned maintenance.' }],
  checkFiles: async ({ WATCH_DIR: folder, TIME_ZONE }) => {
    const { plan, problems } = await (await import('../../watch-files/index.ts')).readPlans([folder], TIME_ZONE);
    const names = [...plan.checks, ...plan.beats].map(({ name }) => name);
    return {
      ...{ setting: 'WATCH_DIR', folder, effect: 'nothing of it is watched' },
      ...{ names: [...names, ...plan.heroku.map(({ app }) => app)], problems },
    };
  },
  cli: async () => (await import('./cli.ts')).watchCommands,
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof watchSettings>;
