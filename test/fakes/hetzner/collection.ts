/** What exists of one kind, oldest first. */
export interface Collection<T extends { id: number }> {
  readonly all: T[];
  get(id: number): T | undefined;
  add(item: T): T;
  remove(item: T): void;
}

export function createCollection<T extends { id: number }>(start: readonly T[] = []): Collection<T> {
  const all = [...start];
  return {
    all,
    get: (id) => all.find((item) => item.id === id),
    add(item) {
      all.push(item);
      return item;
    },
    remove(item) {
      const at = all.indexOf(item);
      if (at >= 0) all.splice(at, 1);
    },
  };
}
