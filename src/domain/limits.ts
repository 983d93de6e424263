/** Most patterns of a user, by the bot and the API together: one user cannot fill the set of the workspace. */
export const maxPatternsPerUser = 100;

/** Most patterns of a workspace. */
export const maxPatternsPerTeam = 10_000;
