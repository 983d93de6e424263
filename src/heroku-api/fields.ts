import { cleanText } from '../lib/clean-line.ts';

/** Most entries of a list. */
const mostEntries = 1_000;

/**
 * Readers of the shapes of the Platform API (lib/platform-api/schema.json of heroku/platform-api). They accept what is
 * missing, null or of another type: dev and Fir variants differ, and webhooks differ from their documentation.
 */
export type Fields = Readonly<Record<string, unknown>>;

export const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/**
 * Returns a text for people, without secrets and invisible characters: names and descriptions are written by people, and reach
 * cards, logs and annotations.
 */
export const textOf = (value: unknown): string => (typeof value === 'string' ? cleanText(value) : '');
/** A text, or the name in an object. */
export const nameOf = (value: unknown): string => textOf(value) || textOf(fieldsOf(value).name);
export const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

export function timeOf(value: unknown): number | null {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? null : ms;
}

export function listOf<T>(value: unknown, read: (fields: Fields) => T | null): T[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, mostEntries).flatMap((each) => read(fieldsOf(each)) ?? []);
}
