/** Containers of this machine: a page, metrics, commands, and control where it is turned on. */
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
  // Only then: a program without Docker does not pay for its client, the terminal and their WebSockets.
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof containerSettings>;
