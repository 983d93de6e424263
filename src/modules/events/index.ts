/** Events: a module that records every event of every workspace, for programs outside. */
import type { ConfigOf, ModuleEntry } from '../module.ts';
import { eventsSettings } from './settings.ts';
import { whenOff } from './unused.ts';

type Config = ConfigOf<typeof eventsSettings>;

function isOn({ EVENTS, REDIS_URL, EVENTS_WEBHOOK_URL }: Config): boolean {
  return EVENTS === undefined ? (REDIS_URL ?? EVENTS_WEBHOOK_URL) !== undefined : EVENTS === 'on';
}

export const events = {
  name: 'events',
  settings: eventsSettings,
  isOn,
  recording: ({ RELAX_SEND_BOT_REPLIES }) => ({ namespace: '', ownMessages: RELAX_SEND_BOT_REPLIES }),
  features: [
    {
      name: 'all-events',
      title: 'Events for other programs',
      isOff: (config) => !isOn(config),
      text: 'Events of Slack are not recorded for other programs.',
      setting: 'EVENTS=on',
      guide: 'events',
    },
  ],
  deliverySources: [{ name: 'relax' }],
  whenOff,
  examine: async (config, store) => (await import('./examine.ts')).examineEvents(config, store),
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof eventsSettings>;
