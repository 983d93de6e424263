/** Returns `why` when this machine lacks what a test needs, for `skip`. In CI the test runs and fails instead. */
export const lacks = (isMissing: boolean, why: string): string | false =>
  isMissing && process.env.CI === undefined ? why : false;
