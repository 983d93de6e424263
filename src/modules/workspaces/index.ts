/** Workspaces: other workspaces install the app at /slack/install; the operator lists and removes them. */
import type { ConfigOf, ModuleEntry } from '../module.ts';

const isOn = ({ SLACK_CLIENT_ID }: ConfigOf<Record<never, never>>) => SLACK_CLIENT_ID !== undefined;

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
