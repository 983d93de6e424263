import type { PartHealth } from '../ports/source.ts';
import type { StoreHealth } from '../stores/index.ts';

export interface Readiness {
  /** Returns every part of the program with its health. */
  parts(): ({ name: string } & PartHealth)[];
  /** Ready: the store accepts a write, and unless `storeOnly`, no other part is down. */
  ready(asked: { storeOnly: boolean }): Promise<{ ready: boolean; reasons: string[] }>;
}

/** The parts beside the store. `of` returns a part's health; null while the part is not used. */
type Part = { name: string; of(): PartHealth | null };

export function createReadiness(store: StoreHealth, others: readonly Part[]): Readiness {
  const all: Part[] = [{ name: 'store', of: store.health }, ...others];
  const parts = () =>
    all.flatMap(({ name, of }) => {
      const health = of();
      return health === null ? [] : [{ name, ...health }];
    });
  return {
    parts,
    async ready({ storeOnly }) {
      await store.check();
      const down = parts().filter(({ name, state }) => state === 'down' && (!storeOnly || name === 'store'));
      return { ready: down.length === 0, reasons: down.map(({ name, detail }) => `${name}: ${detail}`) };
    },
  };
}
