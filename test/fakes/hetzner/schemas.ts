import { readFileSync } from 'node:fs';
import Schema from 'typebox/schema';

/** The shapes of Hetzner's answers: an OpenAPI description that lies beside the checkout, not in it. */
const reference = new URL('../../../../shared/reference/hcloud-openapi.json', import.meta.url);

interface Shape {
  $ref?: string;
  title?: string;
  type?: string | string[];
  nullable?: boolean;
  enum?: unknown[];
  properties?: Record<string, Shape>;
  required?: string[];
  additionalProperties?: boolean | Shape;
  items?: Shape;
  allOf?: Shape[];
  anyOf?: Shape[];
  oneOf?: Shape[];
  format?: string;
}

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: Shape }> }>;
}

export interface Difference {
  /** What the reference calls the object: by its component or by its title. */
  where: string;
  property: string;
  /** The reference requires it, the API has it no more; or the API has it and the reference does not know it. */
  change: 'gone' | 'new';
  why: string;
}

/** Undefined where the reference is not there. */
export function openReference(differences: readonly Difference[]) {
  let text: string;
  try {
    text = readFileSync(reference, 'utf8');
  } catch {
    return undefined;
  }
  const { paths, components } = JSON.parse(text) as {
    paths: Record<string, Record<string, Operation>>;
    components: { schemas: Record<string, Shape> };
  };
  const met = new Set<Difference>();

  function convert(shape: Shape, where: string): Shape {
    if (shape.$ref) {
      const name = shape.$ref.split('/').at(-1) as string;
      return convert(components.schemas[name] as Shape, name);
    }
    const { nullable, properties, required: _, items, additionalProperties, ...rest } = shape;
    const made: Shape = { ...rest };
    for (const form of ['allOf', 'anyOf', 'oneOf'] as const) {
      const parts = shape[form];
      if (parts) made[form] = parts.map((part) => convert(part, where));
    }
    if (items) made.items = convert(items, `${where}[]`);
    if (typeof additionalProperties === 'object') made.additionalProperties = convert(additionalProperties, where);
    if (properties) Object.assign(made, convertObject(shape, properties, where));
    return nullable ? { anyOf: [made, { type: 'null' }] } : made;
  }

  function convertObject({ title, required = [] }: Shape, properties: Record<string, Shape>, where: string): Shape {
    const own = differences.filter((difference) => difference.where === where || difference.where === title);
    for (const one of own) met.add(one);
    const gone = own.filter(({ change }) => change === 'gone').map(({ property }) => property);
    const made = Object.entries(properties).map(([name, shape]) => [name, convert(shape, `${where}.${name}`)] as const);
    const added = own.filter(({ change }) => change === 'new').map(({ property }) => [property, {}] as const);
    return {
      properties: Object.fromEntries([...made, ...added]),
      required: required.filter((name) => !gone.includes(name)),
      additionalProperties: false,
    };
  }

  const compiled = new Map<string, ReturnType<typeof Schema.Compile>>();
  const nameless = (path: string) => path.replace(/\{\w+\}/g, '{}');
  const pathOf = new Map(Object.keys(paths).map((path) => [nameless(path), path]));

  /** What the reference says of `GET /servers/{id}` answering with this status; undefined when it says nothing. */
  function responseOf(line: string, status: number) {
    const [method = '', route = ''] = line.split(' ');
    const responses = paths[pathOf.get(nameless(route)) ?? '']?.[method.toLowerCase()]?.responses;
    return responses?.[String(status)] ?? responses?.[`${String(status)[0]}xx`];
  }

  return {
    met,
    knows: (line: string) => pathOf.has(nameless(line.split(' ')[1] ?? '')),
    /** What is wrong with an answer, one line each. */
    problems(line: string, status: number, body: unknown): string[] {
      const response = responseOf(line, status);
      if (!response) return [`the reference has no answer ${status}`];
      const shape = response.content?.['application/json']?.schema;
      if (!shape) return body === undefined ? [] : ['the reference has no body'];
      const key = `${line} ${status}`;
      const check = compiled.get(key) ?? Schema.Compile(convert(shape, line) as never);
      compiled.set(key, check);
      const [, errors] = check.Errors(body as never);
      return errors.map(({ instancePath, message }) => `${instancePath} ${message}`);
    },
  };
}
