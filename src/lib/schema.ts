import type { Type as TypeBox } from 'typebox';

type Used =
  | ('Any' | 'Array' | 'Boolean' | 'Enum' | 'Integer' | 'Literal' | 'Null' | 'Number')
  | ('Object' | 'Optional' | 'Record' | 'String' | 'Union' | 'Unknown');
type Options = Record<string, unknown>;
type Schema = Record<string, unknown>;

/** As in TypeBox: hidden, so that it is in no document. */
const optional = '~optional';

const made =
  (type?: string) =>
  (options: Options = {}): Schema => ({ ...(type !== undefined && { type }), ...options });

function objectOf(properties: Record<string, Schema>, options: Options = {}): Schema {
  const required = Object.keys(properties).filter((name) => !Object.hasOwn(properties[name] ?? {}, optional));
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...options };
}

/**
 * The types of TypeBox that our schemas use, with its signatures. TypeBox itself loads 330 files for them, which takes 10 MiB and
 * 0.3 s of the start (docs/performance.md). `typebox/schema`, which checks values by them, does not load those files.
 */
export const Type = {
  Any: made(),
  Unknown: made(),
  Boolean: made('boolean'),
  Integer: made('integer'),
  Null: made('null'),
  Number: made('number'),
  String: made('string'),
  Array: (items: Schema, options: Options = {}) => ({ type: 'array', items, ...options }),
  Enum: (values: readonly unknown[], options: Options = {}) => ({ enum: values, ...options }),
  Literal: (value: unknown, options: Options = {}) => ({ type: typeof value, const: value, ...options }),
  Object: objectOf,
  Optional: (schema: Schema) => Object.defineProperty({ ...schema }, optional, { value: true }),
  Record: ({ pattern = '^.*$' }: { pattern?: string }, value: Schema, options: Options = {}) => ({
    ...{ type: 'object', patternProperties: { [pattern]: value } },
    ...options,
  }),
  Union: (anyOf: readonly Schema[], options: Options = {}) => ({ anyOf, ...options }),
} as unknown as Pick<typeof TypeBox, Used>;
