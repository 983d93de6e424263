import type { FastifyInstance } from 'fastify';

/**
 * Returns a function from an address to its methods, for a 405 and its `Allow` header (RFC 9110, 15.5.6); an unknown
 * address has none. Call it before the routes are added.
 */
export function collectMethods(app: FastifyInstance): (address: string) => string[] {
  const methods = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const taken = methods.get(url) ?? new Set();
    for (const each of [method].flat()) taken.add(each);
    methods.set(url, taken);
  });
  let patterns: { pattern: RegExp; taken: Set<string> }[] | null = null;

  return (address) => {
    const [path = ''] = address.split(/[?#]/, 1);
    const exact = methods.get(path);
    if (exact) return [...exact].sort();
    patterns ??= [...methods].map(([url, taken]) => ({ pattern: patternOf(url), taken }));
    return [...new Set(patterns.flatMap(({ pattern, taken }) => (pattern.test(path) ? [...taken] : [])))].sort();
  };
}

/** Supports `/messages/:id` and `/assets/*`, the only forms that our routes use. */
function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[^/]+/g, '[^/]+')
    .replace('*', '.*');
  return new RegExp(`^${source}$`);
}
