/** Hooks: a module that takes the webhooks of other programs, checks their signature, and makes messages or incidents of them. */
import type { ModuleEntry } from '../module.ts';
import { hookSettings } from './settings.ts';

export const hooks = {
  name: 'hooks',
  settings: hookSettings,
  tags: [{ name: 'hooks', description: 'Webhooks of other programs become messages and incidents.' }],
  deliverySources: [{ name: 'hook' }],
  checkFiles: async ({ HOOKS_DIR: folder }) => {
    const { hooks: found, problems } = await (await import('./cli-check.ts')).readHooks([folder]);
    return {
      ...{ setting: 'HOOKS_DIR', folder, effect: 'no hook is taken' },
      ...{ names: found.map(({ name }) => name), problems },
    };
  },
  cli: async () => (await import('./cli.ts')).hookCommands,
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof hookSettings>;
