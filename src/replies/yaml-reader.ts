import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { nearest } from '../domain/nearest.ts';
import type { Problem } from './pack-error.ts';

/** An entry of a map: its key as written, and where it stands. */
export interface Entry {
  key: string;
  at: Node | null;
  value: Node | null;
}

/** A YAML document that collects what is wrong with it instead of stopping at the first mistake. */
export interface YamlReader {
  root: Node | null;
  problems: Problem[];
  refuse(at: Node | null, reason: string): void;
  lineOf(at: Node | null): number;
  /** The entries of a map whose keys are free. */
  entries(map: YAMLMap): Entry[];
  items(list: YAMLSeq): (Node | null)[];
  /** The known entries of a map; unknown and repeated keys are refused. */
  fields<Key extends string>(map: YAMLMap, known: readonly Key[]): Partial<Record<Key, Entry>>;
}

export function readYaml(source: string): YamlReader {
  const lines = new LineCounter();
  const doc = parseDocument(source, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const problems = [...doc.errors, ...doc.warnings].map((error) => ({
    line: lines.linePos(error.pos[0]).line,
    reason: error.code === 'MULTIPLE_DOCS' ? 'a pack is one document. Remove this ---' : `not YAML: ${error.message}`,
  }));
  const lineOf = (at: Node | null) => (at?.range ? lines.linePos(at.range[0]).line : 1);
  const refuse = (at: Node | null, reason: string) => void problems.push({ line: lineOf(at), reason });
  const resolved = (node: unknown) => (isAlias(node) ? (node.resolve(doc) ?? node) : node) as Node | null;

  const entries = (map: YAMLMap) =>
    map.items.map((pair) => ({
      key: isScalar(pair.key) ? String(pair.key.source ?? pair.key.value) : String(pair.key ?? ''),
      at: pair.key as Node | null,
      value: resolved(pair.value),
    }));

  function fields<Key extends string>(map: YAMLMap, known: readonly Key[]): Partial<Record<Key, Entry>> {
    const found: Partial<Record<Key, Entry>> = {};
    for (const entry of entries(map)) {
      const key = known.find((name) => name === entry.key);
      if (key === undefined) refuse(entry.at, `unknown key "${entry.key}". ${hint(entry.key, known)}`);
      else if (found[key]) refuse(entry.at, `"${key}" stands here for the second time. Keep one of them`);
      else found[key] = entry;
    }
    return found;
  }

  const items = (list: YAMLSeq) => list.items.map(resolved);

  return { root: resolved(doc.contents), problems, refuse, lineOf, entries, items, fields };
}

function hint(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near ? `Did you mean "${near}"?` : `Known are ${known.join(', ')}`;
}

/** What a node is, for a message: `a list`, `the number 7`, `nothing`. */
export function describe(node: Node | null): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return `*${node.source}, which stands for nothing above`;
  if (!isScalar(node) || node.value === null) return 'nothing';
  return typeof node.value === 'string' ? `the text "${node.value}"` : `the ${typeof node.value} ${node.value}`;
}
