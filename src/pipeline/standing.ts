import type { Standing } from '../ports/source.ts';

const nothingDone = 'so nothing was done.';

/** The reply, for the user alone, when a user may not give commands. */
export const refusals: Record<Exclude<Standing, 'member'>, string> = {
  external:
    `I take commands from members of this workspace. You are a guest here or belong to another workspace, ${nothingDone} ` +
    'Whoever runs me can allow it with `ALLOW_EXTERNAL_USERS`.',
  unavailable: `Slack did not tell me just now whether you are a member of this workspace, ${nothingDone} Please try again in a minute.`,
  missing_scope:
    `I may not ask Slack whether you are a member of this workspace, ${nothingDone} Whoever runs me can add the scope ` +
    '`users:read` to my Slack app and install it again.',
};
