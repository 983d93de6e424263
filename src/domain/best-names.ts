interface Named {
  id: string;
  name: string;
  /** Another name that is searched but not shown. */
  handle?: string;
}

/**
 * Searches names, handles and ids for a text, ignoring case. Returns at most `limit`: equal ones first, then those that
 * begin with the text, then all others; each group sorted by name.
 */
export function bestNames<T extends Named>(all: Iterable<T>, text: string, limit: number): T[] {
  const wanted = text.trim().replace(/^[@#]/, '').toLowerCase();
  const ranks: { one: T; rank: number }[] = [];
  for (const one of all) {
    const rank = Math.min(
      ...[one.name, one.handle ?? one.name, one.id].map((each) => rankOf(each.toLowerCase(), wanted)),
    );
    if (rank < nowhere) ranks.push({ one, rank });
  }
  ranks.sort((a, b) => a.rank - b.rank || (a.one.name < b.one.name ? -1 : 1));
  return ranks.slice(0, limit).map(({ one }) => one);
}

const nowhere = 3;

function rankOf(name: string, wanted: string): number {
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  return name.includes(wanted) ? 2 : nowhere;
}
