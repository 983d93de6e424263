import type { Json } from './types.ts';

/** An answer of `{ ok: false, error: code }`; HTTP 200 unless told otherwise, as Slack does. */
export class ApiError extends Error {
  readonly code: string;
  readonly extra: Json;
  readonly status: number;
  readonly headers: Record<string, string>;

  constructor(code: string, extra: Json = {}, http: { status?: number; headers?: Record<string, string> } = {}) {
    super(code);
    this.code = code;
    this.extra = extra;
    this.status = http.status ?? 200;
    this.headers = http.headers ?? {};
  }
}
