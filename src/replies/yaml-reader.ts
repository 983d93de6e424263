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
  /** What is allowed and hardly meant. */
  warnings: Problem[];
  refuse(at: Node | null, reason: string): void;
  /** Warns of a text that a comment cuts, and of a comment above it that was meant as a key. */
  warnOfComments(text: Node | null): void;
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
  const problems = [...doc.errors, ...doc.warnings].map((error) => {
    const { line } = lines.linePos(error.pos[0]);
    if (error.code === 'MULTIPLE_DOCS') return { line, reason: 'a pack is one document. Remove this ---' };
    // The parser may notice it in the line after.
    const cut = /(?<!\S)#/.test(source.slice(lines.lineStarts[Math.max(0, line - 2)], lines.lineStarts[line]));
    const hint = cut ? '. From # on it is a comment: put what belongs to the text in quotes' : '';
    return { line, reason: `not YAML: ${error.message}${hint}` };
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

  return { root: resolved(doc.contents), problems, warnings, refuse, warnOfComments, lineOf, entries, items, fields };
}

/** \ud83d without the other half of the character: sent as UTF-8 it would become U+FFFD. */
const halfPair = /\p{Cs}/u;
const halfPairReason = 'the text has half of a surrogate pair (\\ud800 to \\udfff). Write the whole character';

/** `#love:`, while `# love:` is how comments are written. */
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

/** What a node is, for a message: `a list`, `the number 7`, `nothing`. */
export function describe(node: Node | null): string {
  if (isMap(node)) return 'a map';
  if (isSeq(node)) return 'a list';
  if (isAlias(node)) return `*${node.source}, which stands for nothing above`;
  if (!isScalar(node) || node.value === null) return 'nothing';
  return typeof node.value === 'string' ? `the text "${node.value}"` : `the ${typeof node.value} ${node.value}`;
}
