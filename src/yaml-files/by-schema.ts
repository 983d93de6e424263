import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { Settings } from 'typebox/system';
import { nearest } from '../domain/nearest.ts';
import { FileRefused, firstOf } from './file-refused.ts';
import { readYamlFile } from './read-file.ts';
import type { YamlReader } from './reader.ts';

/** A part of a file's content: the keys and list positions that lead to it. */
export type Path = readonly (string | number)[];
export type Refuse = (path: Path, reason: string) => void;

/** The subset of JSON Schema that the schemas of files use. `form`: the right value in words. `secret`: the value is not shown. */
interface Node {
  properties?: Record<string, Node>;
  patternProperties?: Record<string, Node>;
  additionalProperties?: boolean;
  items?: Node;
  enum?: readonly unknown[];
  anyOf?: readonly Node[];
  type?: string;
  form?: string;
  secret?: boolean;
}

interface Finding {
  keyword: string;
  instancePath: string;
  params: { requiredProperties?: string[] };
  message: string;
}

/** Findings of a file by its schema. A value that fits no schema of a union has several. TypeBox would stop at 8. */
const mostFindings = 200;

/** Makes checks that a schema cannot express, on a content that fits the schema. `lineAt`: the line of a part. */
type Check<S extends TSchema> = (content: Static<S>, refuse: Refuse, lineAt: (path: Path) => number) => void;

/**
 * Returns a function that reads a YAML file and checks it by a schema. Objects of the schema have
 * `additionalProperties: false`, so that a misspelt key is found. The schema is compiled when the first file is read.
 */
export function loaderOf<S extends TSchema>(schema: S) {
  let compiled: Pick<ReturnType<typeof Compile<S>>, 'Check' | 'Errors'> | null = null;

  /** @throws FileRefused with every mistake of the file */
  return function load(bytes: string | Uint8Array, file: string, check: Check<S> = () => {}): Static<S> {
    if (compiled === null) {
      Settings.Set({ maxErrors: mostFindings });
      compiled = Compile(schema);
    }
    const yaml = readYamlFile(bytes, file);
    const problems = yaml.problems;
    const refuse: Refuse = (path, reason) => void problems.push({ line: yaml.lineAt(path), reason });
    for (const { key, line } of yaml.repeatedKeys()) {
      problems.push({ line, reason: `"${key}" stands here for the second time. Keep one of them` });
    }
    const content = contentOf(yaml, refuse);
    if (problems.length === 0 && !compiled.Check(content)) {
      const [, findings] = compiled.Errors(content) as unknown as [boolean, Finding[]];
      for (const [path, reason] of findingsOf(schema as Node, content, findings)) {
        refuse(path, reason);
      }
    }
    if (problems.length === 0) check(content as Static<S>, refuse, yaml.lineAt);
    if (problems.length > 0) throw new FileRefused(file, firstOf(problems, 'problems'));
    return content as Static<S>;
  };
}

function contentOf(yaml: YamlReader, refuse: Refuse): unknown {
  try {
    return yaml.value();
  } catch (error) {
    // An alias that stands for nothing, or aliases that multiply without end.
    refuse([], plain((error as Error).message));
    return null;
  }
}

const plain = (message: string) =>
  message.startsWith('Excessive alias count') ? 'the file uses its anchors too often. Write the values out' : message;

function findingsOf(schema: Node, content: unknown, findings: readonly Finding[]): [Path, string][] {
  const unknown = unknownKeys(schema, content, []);
  // An unknown key is reported once, as such.
  const others = findings.filter(
    ({ keyword, instancePath }) =>
      keyword !== 'boolean' && keyword !== 'additionalProperties' && !isWithinUnion(schema, pathOf(instancePath)),
  );
  const described = others.map(({ keyword, instancePath, params, message }): [Path, string] => {
    const path = pathOf(instancePath);
    const [missing] = params.requiredProperties ?? [];
    if (keyword === 'required' && missing !== undefined) {
      return [path, `"${missing}" is missing${formOf(schema, [...path, missing])}`];
    }
    const node = path.reduce<Node | undefined>(childOf, schema);
    const form = formOf(schema, path);
    const value = at(content, path);
    const isTooLong = keyword === 'maxItems' || keyword === 'maxProperties';
    const kind = isTooLong ? `has ${Object.keys(value as object).length} entries` : kindOf(value, isShown(node, value));
    const what = form === '' && keyword !== 'type' ? message : kind;
    return [path, `${nameOf(path)} ${what}${form}`];
  });
  // A value that fits no schema of a union has a finding for each of them.
  const all = [...unknown, ...described].filter(
    ([path, reason], at, list) => list.findIndex(([other, same]) => same === reason && isSamePath(other, path)) === at,
  );
  if (all.length > 0) return all;
  return [[[], 'the file does not have the expected form']];
}

/** A part of a value that fits no schema of a union: the whole value has a finding. */
const isWithinUnion = (schema: Node, path: Path) =>
  path.some((_, at) => path.slice(0, at).reduce<Node | undefined>(childOf, schema)?.anyOf !== undefined);

const isSamePath = (a: Path, b: Path) => a.length === b.length && a.every((key, at) => key === b[at]);

function unknownKeys(schema: Node, content: unknown, path: Path): [Path, string][] {
  if (Array.isArray(content)) {
    return content.flatMap((each, index) => (schema.items ? unknownKeys(schema.items, each, [...path, index]) : []));
  }
  if (typeof content !== 'object' || content === null) return [];
  return Object.entries(content).flatMap(([key, value]): [Path, string][] => {
    const child = childOf(schema, key);
    if (child !== undefined) return unknownKeys(child, value, [...path, key]);
    if (schema.additionalProperties !== false) return [];
    const known = Object.keys(schema.properties ?? {});
    const near = nearest(key, known);
    const others = known.length > 0 ? `Known are ${known.join(', ')}` : `Write ${schema.form}`;
    const hint = near === null ? others : `Did you mean "${near}"?`;
    return [[[...path, key], `unknown key "${key}". ${hint}`]];
  });
}

function childOf(schema: Node | undefined, key: string | number): Node | undefined {
  if (typeof key === 'number') return schema?.items;
  if (schema?.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  const [, node] =
    Object.entries(schema?.patternProperties ?? {}).find(([pattern]) => new RegExp(pattern).test(key)) ?? [];
  return node;
}

function formOf(schema: Node, path: Path): string {
  const node = path.reduce<Node | undefined>(childOf, schema);
  const form = node?.form ?? (node?.enum ? `one of ${node.enum.join(', ')}` : undefined);
  return form === undefined ? '' : `. Write ${form}`;
}

const nameOf = (path: Path) =>
  path.length === 0 ? 'the file' : `"${path.filter((key) => typeof key === 'string').at(-1) ?? ''}"`;

function pathOf(pointer: string): Path {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

function at(content: unknown, path: Path): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | null)?.[key], content);
}

/** A text where a map or a list belongs may be a secret that stands in the wrong place. */
const isShown = (node: Node | undefined, value: unknown) =>
  !node?.secret &&
  (node?.type === 'string' ||
    node?.enum !== undefined ||
    node?.anyOf !== undefined ||
    (typeof value !== 'string' && /^(integer|number|boolean)$/.test(node?.type ?? '')));

function kindOf(value: unknown, shown: boolean): string {
  if (value === null || value === undefined || value === '') return 'is empty';
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'is a list';
  if (typeof value === 'object') return 'is a map';
  if (!shown) return `is a ${typeof value === 'string' ? 'text' : typeof value}`;
  return `is the ${typeof value === 'string' ? `text ${JSON.stringify(value.slice(0, 100))}` : `${typeof value} ${value}`}`;
}
