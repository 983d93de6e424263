import { loadPack, type Pack } from '../../src/replies/index.ts';

/** Returns a pack whose triggers reply with their own name: `hello` → `hello!`. */
export function packOf(triggers: string[], name = 'test', more: Record<string, unknown> = {}): Pack {
  const replies = Object.fromEntries(triggers.map((trigger) => [trigger, [`${trigger}!`]]));
  return loadPack(JSON.stringify({ name, ...more, triggers: replies }), `${name}.yaml`);
}
