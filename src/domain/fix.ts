/** A job that may mend what an incident is about. */
export interface Fix {
  /** The name of its definition. */
  job: string;
  /** One person asks for it, and another one confirms it. */
  twoPerson: boolean;
}

/** `restart-worker`, or `restart-worker two-person`. */
export const fixPattern = '^[a-z0-9][a-z0-9_-]{0,62}( two-person)?$';
const written = new RegExp(fixPattern);

/** Returns the job that a rule's `fix` names; null when it names none. */
export function fixOf(text: string): Fix | null {
  if (!written.test(text.trim())) return null;
  const [job = '', second] = text.trim().split(' ');
  return { job, twoPerson: second !== undefined };
}
