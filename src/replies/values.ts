import { isScalar, type Node } from 'yaml';
import { describe, type Entry, type YamlReader } from './yaml-reader.ts';

/** null: the node is no text. Numbers and `true` are not, so that a forgotten pair of quotes is noticed. */
export function textOf(node: Node | null): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}

export function readSeconds(yaml: YamlReader, entry: Entry): number {
  const seconds = isScalar(entry.value) ? entry.value.value : null;
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return seconds;
  yaml.refuse(entry.at, `"cooldown" is a number of seconds from 0 on, this is ${describe(entry.value)}`);
  return 0;
}
