export type Level = 'ok' | 'warn' | 'fail';

/** One line of `ultronex doctor`; `text` says what is, and the remedy when it is not well. */
export interface Finding {
  level: Level;
  part: string;
  text: string;
}

export const finder = (part: string) => (level: Level, text: string) => ({ level, part, text }) satisfies Finding;
