import type { Node } from './syntax.ts';

/** Returns the length of the shortest match in characters. 0 for patterns that match everywhere: `a*`, `\b`, `x?$`. */
export function shortestMatch(node: Node): number {
  if (node.type === 'empty') return 0;
  if (node.type === 'char') return 1;
  if (node.type === 'group') return shortestMatch(node.part);
  if (node.type === 'repeat') return node.min * shortestMatch(node.part);
  const parts = node.parts.map(shortestMatch);
  return node.type === 'alternate' ? Math.min(...parts) : parts.reduce((sum, length) => sum + length, 0);
}

/** Estimates, without compiling, the number of RE2 instructions of a pattern. */
export function programSize(node: Node): number {
  if (node.type === 'empty' || node.type === 'char') return 1;
  if (node.type === 'group') return 2 + programSize(node.part);
  if (node.type === 'repeat') {
    const size = programSize(node.part);
    if (node.max === Number.POSITIVE_INFINITY) return Math.max(node.min, 1) * size + 1;
    // Each optional copy needs a fork.
    return node.min * size + (node.max - node.min) * (size + 1);
  }
  const forks = node.type === 'alternate' ? node.parts.length - 1 : 0;
  return node.parts.reduce((sum, part) => sum + programSize(part), forks);
}
