import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Type as TypeBox } from 'typebox';
import { Type } from '../../src/lib/schema.ts';

/** One schema of each kind, with options where it takes some. */
function each(of: typeof Type) {
  const about = { description: 'about' };
  return {
    any: [of.Any(), of.Any(about), of.Unknown(about)],
    plain: [of.Boolean(), of.Integer({ minimum: 1 }), of.Null(), of.Number(about), of.String({ maxLength: 3 })],
    list: of.Array(of.String(), { maxItems: 2 }),
    choice: [
      of.Enum(['a', 'b'], about),
      of.Literal('4'),
      of.Literal(4, about),
      of.Union([of.String(), of.Null()], about),
    ],
    map: [
      of.Record(of.String(), of.Number()),
      of.Record(of.String({ pattern: '^U[0-9]+$' }), of.Number(), { maxProperties: 2 }),
    ],
    object: [
      of.Object({}),
      of.Object({ a: of.String(), b: of.Optional(of.Integer(about)), 'c-d': of.Array(of.Any()) }, about),
      of.Object({ a: of.Optional(of.Object({ b: of.Boolean() })) }, { additionalProperties: false }),
    ],
  };
}

describe('schemas', () => {
  it('are those of TypeBox, key by key', () => {
    assert.equal(JSON.stringify(each(Type)), JSON.stringify(each(TypeBox)));
  });

  it('an optional property stays optional in a copy of its object, and the schema that it was made of is not changed', () => {
    const text = Type.String();
    const made = Type.Object({ a: Type.Optional(text) });
    assert.deepEqual(JSON.parse(JSON.stringify(Type.Object({ ...made.properties, b: text }))).required, ['b']);
  });
});
