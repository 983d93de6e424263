import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/schema';
import { nearestField } from '../domain/nearest-field.ts';

/** The subset of JSON Schema that our request schemas use. */
interface Node {
  type?: string;
  properties?: Record<string, Node>;
  items?: Node;
  anyOf?: Node[];
  additionalProperties?: boolean | Node;
}

interface Finding {
  keyword?: string;
  instancePath?: string;
  params?: Record<string, unknown>;
  message?: string;
}

/**
 * Validates a part of a request against its schema. A body is not coerced: Fastify's own compiler would turn `["a"]` into
 * `"a"` and `true` into `"true"`. A query consists of strings, so those are converted. An unknown field is an error,
 * unless the schema has `additionalProperties`.
 */
export const checkParts: FastifySchemaCompiler<TSchema> = ({ schema, httpPart, url }) => {
  // Bodies of hooks come from other programs, and a later version may add fields.
  const isHook = url?.startsWith('/ultronex/hooks/') === true && httpPart === 'body';
  const strict = (httpPart === 'body' || httpPart === 'querystring') && !isHook;
  const checked = strict ? (closed(schema as Node) as TSchema) : schema;
  const check = Compile(checked);
  const convert = httpPart === 'querystring';
  return (given: unknown) => {
    // Most requests have no query; converting an empty one would take 5 µs.
    const value = convert && !isEmpty(given) ? converted(checked as Node, given as Record<string, unknown>) : given;
    if (check.Check(value)) return { value };
    const [, findings] = check.Errors(value) as unknown as [boolean, Finding[]];
    return { error: strict ? sorted(findings, checked as Node, value) : findings } as unknown as { error: Error };
  };
};

function isEmpty(query: unknown): boolean {
  for (const _ in query as object) return false;
  return true;
}

/** Returns a query with its numbers and booleans. A value that is none stays as it is, and the check refuses it. */
function converted({ properties = {} }: Node, query: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => {
      const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
      return [name, typeof value === 'string' ? parsed(type, value) : value];
    }),
  );
}

const booleans = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function parsed(type: string | undefined, text: string): unknown {
  if (type === 'boolean') return booleans.get(text.toLowerCase()) ?? text;
  const number = Number(text);
  if (!Number.isFinite(number)) return text;
  return type === 'integer' ? Math.trunc(number) : type === 'number' ? number : text;
}

/** Returns a copy of the schema with `additionalProperties: false` on objects that do not set it. */
function closed(node: Node): Node {
  const copy: Node = Object.create(Object.getPrototypeOf(node), Object.getOwnPropertyDescriptors(node));
  if (node.properties !== undefined) {
    copy.properties = Object.fromEntries(Object.entries(node.properties).map(([name, each]) => [name, closed(each)]));
    copy.additionalProperties ??= false;
  }
  if (node.items !== undefined) copy.items = closed(node.items);
  if (node.anyOf !== undefined) copy.anyOf = node.anyOf.map(closed);
  return copy;
}

/** Reports an unknown field first when it is a misspelt known one: it is then the cause of the other errors. */
function sorted(findings: Finding[], schema: Node, value: unknown): Finding[] {
  const unknown = unknownField(schema, value, '');
  if (unknown === null) return findings;
  const own = findings.filter(({ keyword }) => keyword !== 'boolean' && keyword !== 'additionalProperties');
  return unknown.params?.hint === null && own.length > 0 ? [...own, unknown] : [unknown];
}

function unknownField(schema: Node, value: unknown, path: string): Finding | null {
  if (Array.isArray(value)) return schema.items ? firstOf(value.entries(), () => schema.items, path) : null;
  if (typeof value !== 'object' || value === null || schema.properties === undefined) return null;
  const { properties, additionalProperties } = schema;
  if (additionalProperties === false) {
    const name = Object.keys(value).find((key) => !Object.hasOwn(properties, key));
    if (name !== undefined) {
      const known = Object.keys(properties);
      const escaped = name.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1');
      return {
        keyword: 'unknown',
        instancePath: `${path}/${escaped}`,
        params: { hint: nearestField(name, known), known },
      };
    }
  }
  return firstOf(Object.entries(value), (key) => properties[key], path);
}

function firstOf(
  entries: Iterable<[string | number, unknown]>,
  schemaOf: (key: string) => Node | undefined,
  path: string,
): Finding | null {
  for (const [key, each] of entries) {
    const schema = schemaOf(String(key));
    const found = schema === undefined ? null : unknownField(schema, each, `${path}/${key}`);
    if (found !== null) return found;
  }
  return null;
}
