import { Type } from '../../lib/schema.ts';

/** Settings of the module `watch`. */
export const watchSettings = {
  PUBLIC_STATUS: Type.Boolean({
    description:
      'Whether /ultronex/up shows the names of all checks and their last 90 days to everybody, without a login.',
    default: false,
  }),
};
