/** Returns where a database is, without user, password and options: `postgres://host:5432/ultronex`. */
export function databasePlace(address: string): string {
  if (!URL.canParse(address)) return 'the database of an address that cannot be read';
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
