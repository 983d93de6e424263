/** Canary: a message that goes through the store, Slack, a socket and the ledger every few minutes, and is deleted. */
import type { ModuleEntry } from '../module.ts';
import { canarySettings } from './settings.ts';

export const canary = {
  name: 'canary',
  settings: canarySettings,
  isOn: ({ CANARY_MINUTES }) => CANARY_MINUTES !== undefined,
  deliverySources: [{ name: 'canary', renewed: true }],
  load: () => import('./module.ts'),
} satisfies ModuleEntry<typeof canarySettings>;
