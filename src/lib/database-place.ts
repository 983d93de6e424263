/** Returns where a database is, without user, password and options: `postgres://host:5432/ultronex`. */
export function databasePlace(address: string): string {
  if (!URL.canParse(address)) return 'the database of an address that cannot be read';
  const { protocol, host, pathname } = new URL(address);
  // Host and path are parts of the password then.
  if (pathname.includes('@'))
    return 'the database of an address with an @ after its host (in a password write %40, and / as %2F)';
  return `${protocol}//${host}${pathname}`;
}
