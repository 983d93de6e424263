/** The program needs PostgreSQL 15: `server_version_num`. */
const oldestVersion = 150_000;

/** Returns a server's version in words, and whether the program needs a later one. @param version `server_version_num`: 170010 */
export function judgeServerVersion(version: number): { text: string; remedy: string | null } {
  const text = `PostgreSQL ${Math.floor(version / 10_000)}.${version % 10_000}`;
  return { text, remedy: version < oldestVersion ? 'the program needs 15 or later. Update it' : null };
}
