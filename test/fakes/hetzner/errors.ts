import type { Json } from './types.ts';

/** An answer of `{ error: { code, message, details } }`. Codes and statuses: https://docs.hetzner.cloud/reference/cloud#errors */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly details: Json | null;

  constructor(code: string, message: string, status: number, details: Json | null = null) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }

  get body(): Json {
    return { error: { code: this.code, message: this.message, details: this.details } };
  }
}

export const notFound = (what: string, id: number | string) =>
  new ApiError('not_found', `${what} with ID '${id}' not found`, 404);

export const notUnique = (what: string, field = 'name') =>
  new ApiError('uniqueness_error', `${what} is already used`, 409, { fields: [{ name: field }] });

/** 422, naming every field that is wrong and why. */
export function invalidInput(problems: Record<string, string[]>): ApiError {
  const names = Object.keys(problems);
  const quoted = names.map((name) => `'${name}'`).join(', ');
  const fields = names.map((name) => ({ name, messages: problems[name] }));
  const said = `invalid input in field${names.length > 1 ? 's' : ''} ${quoted}`;
  return new ApiError('invalid_input', said, 422, { fields });
}

export const isProtected = (what: string) =>
  new ApiError('protected', `${what} deletion is protected, use change_protection first`, 423);

export const isLocked = (what: string) => new ApiError('locked', `${what} is locked because an action is running`, 423);

export const conflict = (what: string) =>
  new ApiError('conflict', `${what} changed during the request, try again`, 409);

/** Refusals of one operation, which its reference lists under "Operation specific errors". */
export const refused = (code: string, message: string, status = 422) => new ApiError(code, message, status);

export const incorrectMode = () =>
  refused('incorrect_zone_mode', "this operation is not supported for this zone's mode");
