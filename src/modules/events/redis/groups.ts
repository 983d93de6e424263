import type { RedisConnection } from './client.ts';

/** A group of consumers of the stream. */
export interface Group {
  name: string;
  /** Entries that it was not given yet, also those that were cut off meanwhile; null: Redis cannot tell. */
  lag: number | null;
  /** Entries that it was given and did not acknowledge. */
  pending: number;
}

/** Groups that are read; the names are the consumers' own. */
const mostGroups = 20;
/** Characters of a name. */
const longestName = 100;

/** Reads the groups of a stream, by name. https://valkey.io/commands/xinfo-groups/ @throws an Error for people */
export async function readGroups({ run }: Pick<RedisConnection, 'run'>, key: string): Promise<Group[]> {
  const rows = (await run(async (redis) => {
    // XINFO fails where there is no stream yet.
    if ((await redis.exists(key)) === 0) return [];
    return redis.xinfo('GROUPS', key);
  })) as unknown[][];
  return rows
    .map((row) => {
      const field = (name: string) => row[row.indexOf(name) + 1];
      const [name, lag] = [String(field('name')).slice(0, longestName), row.includes('lag') ? field('lag') : null];
      return { name, lag: typeof lag === 'number' ? lag : null, pending: Number(field('pending')) };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .slice(0, mostGroups);
}
