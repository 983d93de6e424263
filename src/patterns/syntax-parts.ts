/**
 * Splits a source at its top level: `a|b(c|d)` into `a` and `b(c|d)`. Returns an empty list if there is only one
 * alternative, or if one sets flags that apply to the next ones.
 */
export function alternatives(source: string): string[] {
  if (/\(\?[imsU-]+\)/.test(source)) return [];
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  const tokens = /\\Q.*?(?:\\E|$)|\\.|\[\^?\]?(?:\[:[^\]]*:\]|\\.|[^\]\\])*\]|[()|]/gs;
  for (const { 0: token, index } of source.matchAll(tokens)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (token === '|' && depth === 0) {
      parts.push(source.slice(from, index));
      from = index + 1;
    }
  }
  return parts.length === 0 ? [] : [...parts, source.slice(from)];
}
