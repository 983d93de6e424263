import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { nearest } from '../domain/nearest.ts';
import type { Problem } from './file-refused.ts';

/** An entry of a map. `at` is the key's node, for line numbers. */
export interface Entry {
  key: string;
  at: Node | null;
  value: Node | null;
}

/** A YAML document that collects all errors instead of stopping at the first. */
export interface YamlReader {
  root: Node | null;
  problems: Problem[];
  /** Valid YAML that is probably a mistake. */
  warnings: Problem[];
  refuse(at: Node | null, reason: string): void;
  /** Warns of a text that a comment cuts off, and of a comment above it that looks like a key. */
  warnOfComments(text: Node | null): void;
  lineOf(at: Node | null): number;
  /** Returns all entries of a map. */
  entries(map: YAMLMap): Entry[];
  items(list: YAMLSeq): (Node | null)[];
  /** Returns the whole content as plain values. @throws ReferenceError for an alias without an anchor, or aliases that multiply */
  value(): unknown;
  /** Returns the line of the part at a path: of its key, in a list of the item. Of the nearest part above, if it is missing. */
  lineAt(path: readonly (string | number)[]): number;
  /** Returns the keys that stand in their map for the second time. */
  repeatedKeys(): { key: string; line: number }[];
  /** Returns the known entries of a map; records unknown and repeated keys as problems. */
  fields<Key extends string>(map: YAMLMap, known: readonly Key[]): Partial<Record<Key, Entry>>;
}

/** Parses YAML; aliases are resolved. */
export function readYaml(source: string): YamlReader {
  const lines = new LineCounter();
  const doc = parseDocument(source, { lineCounter: lines, uniqueKeys: false, prettyErrors: false });
  const problems = [...doc.errors, ...doc.warnings].map((error) => {
    const { line } = lines.linePos(error.pos[0]);
    if (error.code === 'MULTIPLE_DOCS') return { line, reason: 'a file has one document. Remove this ---' };
    // The parser may report the error one line late.
    const cut = /(?<!\S)#/.test(source.slice(lines.lineStarts[Math.max(0, line - 2)], lines.lineStarts[line]));
    const hint = cut ? '. From # on it is a comment: put what belongs to the text in quotes' : '';
    const message = error.message.startsWith('Maximum call stack') ? 'it is nested too deep' : error.message;
    return { line, reason: `not YAML: ${message}${hint}` };
  });
  const warnings: Problem[] = [];
  const lineOf = (at: Node | null) => (at?.range ? lines.linePos(at.range[0]).line : 1);
  const refuse = (at: Node | null, reason: string) => void problems.push({ line: lineOf(at), reason });
  const resolved = (node: unknown) => (isAlias(node) ? (node.resolve(doc) ?? node) : node) as Node | null;

  visit(doc, {
    Scalar(_key, node) {
      if (typeof node.value === 'string' && halfPair.test(node.value)) refuse(node, halfPairReason);
    },
  });

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

  function warnOfComments(text: Node | null): void {
    const warn = (reason: string) => void warnings.push({ line: lineOf(text), reason });
    if (isScalar(text) && text.type === 'PLAIN' && text.comment) warn(cutByComment(text.comment));
    const above = text?.commentBefore?.split('\n').at(-1) ?? '';
    if (looksLikeKey.test(above)) warn(keyInComment(above));
  }

  function lineAt(path: readonly (string | number)[]): number {
    let node = resolved(doc.contents);
    let line = lineOf(node);
    for (const key of path) {
      const entry = isMap(node) ? entries(node).find((each) => each.key === String(key)) : undefined;
      node = entry?.value ?? (isSeq(node) && typeof key === 'number' ? resolved(node.items[key]) : null);
      if (entry === undefined && node === null) return line;
      line = lineOf(entry?.at ?? node);
    }
    return line;
  }

  function repeatedKeys(): { key: string; line: number }[] {
    const found: { key: string; line: number }[] = [];
    visit(doc, {
      Map(_key, node) {
        const seen = new Set<string>();
        for (const { key, at } of entries(node)) {
          if (seen.has(key)) found.push({ key, line: lineOf(at) });
          seen.add(key);
        }
      },
    });
    return found;
  }

  const value = () => doc.toJS({ maxAliasCount: 100 });
  const more = { value, lineAt, repeatedKeys };
  return {
    ...more,
    root: resolved(doc.contents),
    problems,
    warnings,
    refuse,
    warnOfComments,
    lineOf,
    entries,
    items,
    fields,
  };
}

/** Half of a surrogate pair, such as \ud83d alone. Sent as UTF-8 it would become U+FFFD. */
const halfPair = /\p{Cs}/u;
const halfPairReason = 'the text has half of a surrogate pair (\\ud800 to \\udfff). Write the whole character';

/** `#love:` was probably meant as a key; a comment would begin with a space: `# love:`. */
const looksLikeKey = /^[^\s#].*:$/;

function cutByComment(comment: string): string {
  const remedy = 'Put the text in quotes if it belongs to it, else the comment on a line of its own';
  return `"#${comment.split('\n')[0]?.slice(0, 80)}" is a comment of YAML, so it is not said. ${remedy}`;
}

function keyInComment(comment: string): string {
  const key = `#${comment.slice(0, 80)}`;
  return `"${key}" above is a comment of YAML, so this reply belongs to the trigger before. Put "${key.slice(0, -1)}" in quotes`;
}

function hint(key: string, known: readonly string[]): string {
  const near = nearest(key, known);
  return near ? `Did you mean "${near}"?` : `Known are ${known.join(', ')}`;
}

/** Describes a node in an error message: `a list`, `the number 7`, `nothing`. */
export function nodeKind(node: Node | null): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return `*${node.source}, which stands for nothing above`;
  if (!isScalar(node) || node.value === null) return 'nothing';
  return typeof node.value === 'string' ? `the text "${node.value}"` : `the ${typeof node.value} ${node.value}`;
}
