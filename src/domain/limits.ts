/** Patterns of one user: enough for a person, and nobody fills the pattern set of everybody. For the bot and the API. */
export const maxPatternsPerUser = 100;

/** Patterns of a workspace; the next one is refused. */
export const maxPatternsPerTeam = 10_000;
