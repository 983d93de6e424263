import type { FastifySchemaCompiler } from 'fastify';
import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox/type';
import { Value } from 'typebox/value';

/**
 * Checks a part of a request against its schema. A body has to have the types that the schema says: Fastify's own
 * compiler makes `"a"` of `["a"]` and `"true"` of `true` and posts that. A query has texts only, so those are converted.
 */
export const checkParts: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const check = Compile(schema);
  const convert = httpPart === 'querystring';
  return (given: unknown) => {
    const value = convert ? Value.Convert(schema, given) : given;
    return check.Check(value) ? { value } : { error: check.Errors(value) as unknown as Error };
  };
};
