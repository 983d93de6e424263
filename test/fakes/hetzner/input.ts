import { invalidInput } from './errors.ts';
import { labelProblem } from './labels.ts';
import type { Json, Labels } from './types.ts';

interface TextRules {
  like?: RegExp;
  oneOf?: readonly string[];
  max?: number;
}

export type Fields = ReturnType<typeof readFields>;

/** Reads a body field by field, collecting what is wrong; `check` then throws one invalid_input that names every field. */
export function readFields(body: Json) {
  const problems: Record<string, string[]> = {};
  const complain = (name: string, message: string) => {
    problems[name] = [...(problems[name] ?? []), message];
  };
  const given = (name: string) => body[name] !== undefined && body[name] !== null;

  function maybeText(name: string, { like, oneOf, max = 4096 }: TextRules = {}): string | undefined {
    if (!given(name)) return undefined;
    const value = body[name];
    if (typeof value !== 'string') complain(name, 'must be a string');
    else if (value.length > max) complain(name, `is too long (maximum is ${max} characters)`);
    else if (like && !like.test(value)) complain(name, 'has an invalid format');
    else if (oneOf && !oneOf.includes(value)) complain(name, `must be one of: ${oneOf.join(', ')}`);
    return String(value);
  }

  function maybeWhole(name: string, { min = 0, max = Number.MAX_SAFE_INTEGER } = {}): number | undefined {
    if (!given(name)) return undefined;
    const value = Number(body[name]);
    if (!Number.isInteger(value)) complain(name, 'must be an integer');
    else if (value < min || value > max) complain(name, `must be between ${min} and ${max}`);
    return value;
  }

  const require = <T>(name: string, value: T | undefined, empty: T): T => {
    if (value === undefined) complain(name, 'is required');
    return value ?? empty;
  };

  return {
    given,
    complain,
    maybeText,
    maybeWhole,
    text: (name: string, rules?: TextRules): string => require(name, maybeText(name, rules), ''),
    whole: (name: string, rules?: { min?: number; max?: number }): number => require(name, maybeWhole(name, rules), 0),

    flag(name: string, fallback: boolean): boolean {
      if (!given(name)) return fallback;
      if (typeof body[name] !== 'boolean') complain(name, 'must be a boolean');
      return body[name] === true;
    },

    /** The id or name of something else. */
    reference(name: string): string | number | undefined {
      const value = body[name];
      if (value === undefined || value === null || value === '') return undefined;
      if (typeof value !== 'string' && typeof value !== 'number') complain(name, 'must be an ID or a name');
      return value as string | number;
    },

    list<T = Json>(name: string): T[] {
      if (!given(name)) return [];
      if (!Array.isArray(body[name])) complain(name, 'must be an array');
      return Array.isArray(body[name]) ? (body[name] as T[]) : [];
    },

    object(name: string): Json {
      const value = body[name];
      if (!given(name)) return {};
      if (typeof value !== 'object' || Array.isArray(value)) complain(name, 'must be an object');
      return value as Json;
    },

    labels(): Labels | undefined {
      if (!given('labels')) return undefined;
      const labels = body.labels as Labels;
      const wrong = labelProblem(labels);
      if (wrong) complain('labels', wrong);
      return wrong ? {} : { ...labels };
    },

    check(): void {
      if (Object.keys(problems).length > 0) throw invalidInput(problems);
    },
  };
}
