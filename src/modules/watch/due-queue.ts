/** Something that is due at a time. `place` belongs to the queue. */
export interface Due {
  due: number;
  /** Index in the heap; -1: it is not in the queue. */
  place: number;
}

export interface DueQueue<T extends Due> {
  /** The one that is due first; undefined: the queue is empty. */
  first(): T | undefined;
  /** Adds an item, or moves it after `due` was changed. */
  put(item: T): void;
  remove(item: T): void;
}

/** A binary heap that knows the place of each item, so that an item is moved and removed in logarithmic time. */
export function createDueQueue<T extends Due>(): DueQueue<T> {
  const heap: T[] = [];

  function set(item: T, place: number): void {
    heap[place] = item;
    item.place = place;
  }

  function rise(item: T): void {
    let { place } = item;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as T;
      if (parent.due <= item.due) break;
      set(parent, place);
      place = above;
    }
    set(item, place);
  }

  function sink(item: T): void {
    let { place } = item;
    for (;;) {
      const left = heap[2 * place + 1];
      const right = heap[2 * place + 2];
      const child = right !== undefined && left !== undefined && right.due < left.due ? right : left;
      if (child === undefined || child.due >= item.due) break;
      const below = child.place;
      set(child, place);
      place = below;
    }
    set(item, place);
  }

  return {
    first: () => heap[0],
    put(item) {
      if (item.place === -1) set(item, heap.length);
      rise(item);
      sink(item);
    },
    remove(item) {
      const { place } = item;
      if (place === -1) return;
      item.place = -1;
      const last = heap.pop() as T;
      if (last === item) return;
      set(last, place);
      rise(last);
      sink(last);
    },
  };
}
