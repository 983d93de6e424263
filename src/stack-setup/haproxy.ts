/** Returns the userlist for `http_auth(stats)` in haproxy.cfg. */
export function usersConfig(password: string): string {
  return [
    'userlist stats',
    '    # Not hashed: only HAProxy can read this file, and a slow hash would be computed for each request.',
    `    user admin insecure-password ${quoteWord(password)}`,
    '',
  ].join('\n');
}

/** Quotes a word as in a shell: in single quotes, with each single quote escaped outside of them. */
function quoteWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
