import type { Node } from './syntax.ts';

/** Fewest characters a match can have. 0 for patterns that match everywhere, such as `a*`, `\b` and `x?$`. */
export function shortestMatch(node: Node): number {
  if (node.type === 'empty') return 0;
  if (node.type === 'char') return 1;
  if (node.type === 'group') return shortestMatch(node.part);
  if (node.type === 'repeat') return node.min * shortestMatch(node.part);
  const parts = node.parts.map(shortestMatch);
  return node.type === 'alternate' ? Math.min(...parts) : parts.reduce((sum, length) => sum + length, 0);
}

/** About how many RE2 instructions the pattern compiles to, before anything is compiled. */
export function programSize(node: Node): number {
  if (node.type === 'empty' || node.type === 'char') return 1;
  if (node.type === 'group') return 2 + programSize(node.part);
  if (node.type === 'repeat') {
    const size = programSize(node.part);
    if (node.max === Number.POSITIVE_INFINITY) return Math.max(node.min, 1) * size + 1;
    // Each copy that may be left out takes a fork.
    return node.min * size + (node.max - node.min) * (size + 1);
  }
  const forks = node.type === 'alternate' ? node.parts.length - 1 : 0;
  return node.parts.reduce((sum, part) => sum + programSize(part), forks);
}
