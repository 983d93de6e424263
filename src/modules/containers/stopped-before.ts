import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';

const name = 'containers:stopped';
/** Further ones are not remembered. */
const mostStopped = 200;

/** Remembers which containers were stopped by hand, also when the program starts anew: Docker does not tell it later. */
export interface StoppedBefore {
  /** Reads them from the store, once until `forget`. @throws StoreUnavailable */
  load(): Promise<void>;
  /** Another program may change them from now on. */
  forget(): void;
  has(id: string): boolean;
  /** Stores the ids of all containers that are stopped by hand now. Writes only when they changed. @throws StoreUnavailable */
  save(ids: readonly string[]): Promise<void>;
}

export function createStoppedBefore(store: StateStore & AcceptStore): StoppedBefore {
  let known: readonly string[] | null = null;
  let written = '';

  return {
    async load() {
      if (known !== null) return;
      written = (await store.state(name)) ?? '';
      known = written.split(' ').filter((id) => id !== '');
    },
    forget() {
      known = null;
    },
    has: (id) => known?.includes(id) ?? false,
    async save(ids) {
      known = [...ids].sort().slice(0, mostStopped);
      const value = known.join(' ');
      if (value === written) return;
      await store.accept({ state: [{ name, value: value === '' ? null : value }] });
      written = value;
    },
  };
}
