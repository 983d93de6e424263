import { ApiError } from './errors.ts';
import type { Json } from './types.ts';

/** Readers of call arguments: form-encoded calls carry everything as strings, JSON ones carry real types. */

export function text(args: Json, name: string): string | undefined {
  const value = args[name];
  if (value === undefined || value === null || value === '') return undefined;
  return String(value);
}

export function needed(args: Json, name: string, code = 'invalid_arguments'): string {
  const value = text(args, name);
  if (value === undefined) throw new ApiError(code, { response_metadata: { messages: [`[ERROR] missing ${name}`] } });
  return value;
}

export function flag(args: Json, name: string): boolean {
  return args[name] === true || args[name] === 'true' || args[name] === '1';
}

export function whole(args: Json, name: string, fallback: number): number {
  const value = text(args, name);
  if (value === undefined) return fallback;
  if (!/^\d+$/.test(value)) throw new ApiError('invalid_arguments');
  return Number(value);
}

/** A structure, sent as it is or as a string of JSON. */
export function structure(args: Json, name: string, code: string): unknown {
  const value = args[name];
  if (typeof value !== 'string') return value ?? undefined;
  if (value === '') return undefined;
  try {
    return JSON.parse(value);
  } catch {
    throw new ApiError(code);
  }
}

export function list(args: Json, name: string): string[] {
  return (text(args, name) ?? '').split(',').filter(Boolean);
}

/** One page of `all`, with Slack's opaque cursor. */
export function page<T>(all: T[], args: Json, defaultLimit: number, maxLimit: number): { items: T[]; next: string } {
  const limit = Math.min(whole(args, 'limit', defaultLimit) || defaultLimit, maxLimit);
  const cursor = text(args, 'cursor');
  const decoded = cursor === undefined ? 'from:0' : Buffer.from(cursor, 'base64').toString('utf8');
  const from = Number(/^from:(\d+)$/.exec(decoded)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new ApiError('invalid_cursor');
  const end = from + limit;
  return {
    items: all.slice(from, end),
    next: end < all.length ? Buffer.from(`from:${end}`).toString('base64') : '',
  };
}
