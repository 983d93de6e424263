/** Quotes a text for a POSIX shell. Inside single quotes every character stands for itself. */
const shellQuoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * Returns the shell command that sends a request, and prints the result of the job if it ends within 30 s. The login is a
 * token in the variable TOKEN. @param root `https://example.com/ultronex/`
 */
export function curlLine(root: string, path: string, body: object): string {
  // JSON has line breaks and other control characters as escapes, so the command has one line each.
  const json = JSON.stringify(body);
  return [
    `curl ${shellQuoted(`${root}${path}?wait=30s`)}`,
    '-H "Authorization: Bearer $TOKEN"',
    ...(json === '{}' ? ['-X POST'] : ["-H 'Content-Type: application/json'", `-d ${shellQuoted(json)}`]),
  ].join(' \\\n  ');
}
