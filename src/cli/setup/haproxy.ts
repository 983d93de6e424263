/** The list of users that haproxy.cfg asks `http_auth(stats)` about. */
export function usersConfig(password: string): string {
  return [
    'userlist stats',
    '    # In clear: this file is a secret itself, and a slow hash would be computed for each request of that page.',
    `    user admin insecure-password ${quoteWord(password)}`,
    '',
  ].join('\n');
}

/** As in a shell: nothing is special between single quotes, and one of those itself stands outside of them. */
function quoteWord(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
