/** The known key that was probably meant: the one that shares most pairs of letters, when that is half of them. */
export function nearestKey(written: string, known: readonly string[]): string | null {
  const scored = known.map((key) => ({ key, likeness: likeness(written.toLowerCase(), key) }));
  const best = scored.toSorted((a, b) => b.likeness - a.likeness)[0];
  return best && best.likeness >= 0.5 ? best.key : null;
}

/** Dice's coefficient over letter pairs, the ends counted as letters: 1 for equal words, 0 for strangers. */
function likeness(a: string, b: string): number {
  const left = pairs(a);
  const right = pairs(b);
  const shared = [...left].filter((pair) => right.has(pair)).length;
  return (2 * shared) / (left.size + right.size);
}

function pairs(text: string): Set<string> {
  const framed = `^${text}$`;
  return new Set(Array.from({ length: framed.length - 1 }, (_, start) => framed.slice(start, start + 2)));
}
