/** Containers: a module with a page, metrics and commands for this machine's Docker containers; optionally their control. */
import type { ModuleEntry } from '../module.ts';
import { containerFeatures } from './features.ts';
import { containerSettings } from './settings.ts';

export const containers = {
  name: 'containers',
  settings: containerSettings,
  isOn: ({ DOCKER_READ_URL }) => DOCKER_READ_URL !== undefined,
  features: containerFeatures,
  pages: [
    {
      name: 'containers',
      title: 'Containers',
      main: 'modules/containers/web/main.ts',
      nav: { label: 'Containers', at: 40 },
      card: { icon: 'box', about: 'State, logs and traffic of this machine.' },
      part: 'containers',
    },
  ],
  tags: [{ name: 'containers', description: 'The containers of this machine.' }],
  // Loaded on demand: without Docker the program does not load the client, the terminal and WebSockets.
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof containerSettings>;
