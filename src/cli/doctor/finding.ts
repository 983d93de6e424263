export type Level = 'ok' | 'warn' | 'fail';

/** A line of `ultronex doctor`; `text` has the state, and a remedy for a problem. */
export interface Finding {
  level: Level;
  part: string;
  text: string;
}

export const finder = (part: string) => (level: Level, text: string) => ({ level, part, text }) satisfies Finding;
