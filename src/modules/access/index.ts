/** Access: API tokens and the audit log, with a page and routes for each. */
import type { ModuleEntry } from '../module.ts';

export const access = {
  name: 'access',
  settings: {},
  pages: [
    {
      name: 'tokens',
      title: 'Tokens',
      main: 'modules/access/web/tokens.ts',
      nav: { label: 'Tokens', at: 60 },
      card: { icon: 'key', about: 'API tokens for scripts, each with the access it needs.' },
      isRoute: true,
    },
    {
      name: 'audit',
      title: 'Audit log',
      main: 'modules/access/web/audit.ts',
      nav: { label: 'Audit', at: 65 },
      card: { icon: 'clock', about: 'Who changed what, and who was refused.' },
      isRoute: true,
    },
  ],
  tags: [{ name: 'access', description: 'Tokens, and who changed what.' }],
  load: () => import('./module.ts'),
} satisfies ModuleEntry<Record<never, never>>;
