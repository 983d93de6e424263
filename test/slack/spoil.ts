import type { Random } from '../support/random.ts';

type Container = Record<string, unknown> | unknown[];

/** A copy with `changes` places deleted, of another type, huge or nested; the same seed spoils the same. */
export function spoil<T>(random: Random, value: T, changes: number): T {
  const root = { value: structuredClone(value) };
  for (let change = 0; change < changes; change += 1) {
    const places: [holder: Container, key: string][] = [];
    collect(root, places);
    const [holder, key] = random.pick(places);
    if (random.below(3) === 0 && holder !== root) delete (holder as Record<string, unknown>)[key];
    else (holder as Record<string, unknown>)[key] = junk(random, (holder as Record<string, unknown>)[key]);
  }
  return root.value;
}

function collect(holder: Container, places: [Container, string][], depth = 0): void {
  if (depth > 8) return;
  for (const [key, value] of Object.entries(holder).slice(0, 50)) {
    places.push([holder, key]);
    if (typeof value === 'object' && value !== null) collect(value as Container, places, depth + 1);
  }
}

/** What stands where something else was expected. */
export function junk(random: Random, was: unknown = 'x'): unknown {
  const kinds: (() => unknown)[] = [
    () => null,
    () => random.below(2) === 0,
    () => random.pick([0, -1, 1.5, 1e308, 2 ** 53, 1_700_000_000]),
    () => '',
    () => String(was),
    () => [was],
    () => ({ value: was }),
    () => [],
    () => ({}),
    () =>
      random.pick(['__proto__', 'constructor', 'toString', 'length', '\u0000', '\ud800', '🙂', '../../etc', "'; --"]),
    () =>
      random.pick(['1700000000', '1700000000.', '.1', '9999999999999.999999', '1700000000.000100.1', '-1.0', 'NaN']),
    () => 'x'.repeat(random.pick([256, 5_000, 60_000])),
    () => Array.from({ length: 500 }, (_, index) => index),
    () => nested(random.pick([5, 100, 2_000])),
    () => JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    () => Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`key${index}`, index])),
  ];
  return random.pick(kinds)();
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { value };
  return value;
}

/** Bytes that are no body at all, or one that was cut off. */
export function garble(random: Random, body: string): string {
  const at = random.below(body.length + 1);
  return random.pick([
    () => body.slice(0, at),
    () => body.slice(at),
    () => body.slice(0, at) + random.pick(['"', '{', '\u0000', '%', '&', '\ufeff', ',,']) + body.slice(at),
    () => '',
    () => random.pick(['null', '[]', '1', '"x"', 'true', '{}', 'payload=', 'payload=%7B%7D', '%', 'a', '=&=', '[[[']),
    () => body + body,
    () => Array.from({ length: 200 }, () => String.fromCharCode(random.below(0xffff))).join(''),
    () => '['.repeat(100_000),
  ])();
}
