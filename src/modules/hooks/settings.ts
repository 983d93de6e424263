import { Type } from '../../lib/schema.ts';

/** Settings of the module `hooks`. */
export const hookSettings = {
  HOOKS_DIR: Type.String({
    description:
      'Folder of the hooks (*.yaml): webhooks of other programs that become messages or incidents. It is read again after a change; `ultronex hooks check` checks it.',
    default: './hooks',
  }),
};
