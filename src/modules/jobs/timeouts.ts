/** Time limits of a run: of a file or a request that has none, and the range. Milliseconds. */
export const timeouts = { usual: 600_000, least: 1_000, most: 86_400_000 };
