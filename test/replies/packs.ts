import { loadPack, type Pack } from '../../src/replies/index.ts';

/** A pack of triggers that answer with their own name: `hello` → `hello!`. */
export function packOf(triggers: string[], name = 'test', more: Record<string, unknown> = {}): Pack {
  const replies = Object.fromEntries(triggers.map((trigger) => [trigger, [`${trigger}!`]]));
  return loadPack(JSON.stringify({ name, ...more, triggers: replies }), `${name}.yaml`);
}

/** Numbers in [0, 1) that are the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
