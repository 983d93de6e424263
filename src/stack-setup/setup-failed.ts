/** The stack's settings are valid, but the set-up failed. */
export class SetupFailed extends Error {}
