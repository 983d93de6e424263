import { isScalar, type Node } from 'yaml';
import { type Entry, nodeKind, type YamlReader } from '../yaml-files/index.ts';

/** Returns a string scalar, or null. Numbers and `true` give null, so that missing quotes are noticed. */
export function textOf(node: Node | null): string | null {
  return isScalar(node) && typeof node.value === 'string' ? node.value : null;
}

export function readSeconds(yaml: YamlReader, entry: Entry): number {
  const seconds = isScalar(entry.value) ? entry.value.value : null;
  if (typeof seconds === 'number' && Number.isFinite(seconds) && seconds >= 0) return seconds;
  yaml.refuse(entry.at, `"cooldown" is a number of seconds from 0 on, this is ${nodeKind(entry.value)}`);
  return 0;
}
