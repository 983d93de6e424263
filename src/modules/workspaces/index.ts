/** Workspaces: other workspaces install the app at /slack/install; the operator lists and removes them. */
import type { ConfigOf, ModuleEntry } from '../module.ts';

// SLACK_CLIENT_ID needs TOKEN_KEYS; TOKEN_KEYS alone is for the bots of the Redis hash.
const isOn = ({ TOKEN_KEYS }: ConfigOf<Record<never, never>>) => TOKEN_KEYS !== undefined;

export const workspaces = {
  name: 'workspaces',
  // Its settings are the core's, which needs them to send and to receive.
  settings: {},
  isOn,
  features: [
    {
      name: 'workspaces',
      title: 'Other workspaces',
      isOff: (config) => !isOn(config),
      text: 'Only your own workspace has the bot; others cannot install it.',
      setting: 'SLACK_CLIENT_ID=…\nSLACK_CLIENT_SECRET=…\nTOKEN_KEYS=k1:…',
      guide: 'workspaces',
      hasRoutes: true,
    },
  ],
  pages: [
    {
      name: 'workspaces',
      title: 'Workspaces',
      main: 'modules/workspaces/web/main.ts',
      nav: { label: 'Workspaces', at: 62, onlyWhenOn: true },
      card: { icon: 'box', about: 'The workspaces that installed the bot.' },
      part: 'workspaces',
      isRoute: true,
    },
  ],
  tags: [{ name: 'workspaces', description: 'Workspaces that installed the bot.' }],
  cli: async () => (await import('./cli.ts')).workspaceCommands,
  load: () => import('./module.ts'),
} satisfies ModuleEntry<Record<never, never>>;
