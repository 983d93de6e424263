import type { NewsStore } from '../../src/ports/news-store.ts';

/** Programs that tell one another, as those on one PostgreSQL do, but at once. Returns a function that adds one. */
export function newsHub(): () => NewsStore {
  const all: Map<string, ((body: unknown) => void)[]>[] = [];
  return () => {
    const mine = new Map<string, ((body: unknown) => void)[]>();
    all.push(mine);
    return {
      isShared: true,
      tell(topic, body) {
        const told = JSON.stringify(body);
        for (const other of all) {
          if (other === mine) continue;
          for (const listener of other.get(topic) ?? []) listener(JSON.parse(told));
        }
      },
      onTold: (topic, listener) => void mine.set(topic, [...(mine.get(topic) ?? []), listener]),
    };
  };
}
