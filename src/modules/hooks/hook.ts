import type { Signal } from '../../ports/signals.ts';

/** A hook as its file describes it, with the secrets that the file names. */
export interface Hook {
  name: string;
  /** `#name` or an id. */
  channel: string;
  /** Null: a caller needs a login with the scope `hook:NAME`. */
  verify: Verification | null;
  /** File and line of the hook, for errors: `hooks/ci.yaml:3`. */
  place: string;
  make: Recipe;
}

/** How a request proves that it comes from the sender. Secrets as they are. */
export type Verification =
  | {
      kind: 'hmac';
      header: string;
      prefix: string;
      encoding: 'hex' | 'base64';
      timestampHeader: string | null;
      secret: string;
    }
  | { kind: 'standard'; keys: Buffer[] }
  /** The header has the secret itself, for `bearer` behind that word. */
  | { kind: 'header'; header: string; secret: string; bearer: boolean }
  /** The last part of the address is the secret. */
  | { kind: 'address'; secret: string };

/** The values that a hook's template can use. */
export interface Given {
  /** The parsed body. */
  body: unknown;
  /** By their names in lower case, without those that carry secrets. */
  headers: Readonly<Record<string, string>>;
  /** The fields behind the `?` of the address. */
  query: Readonly<Record<string, unknown>>;
}

/** The result of a hook's templates. `nothing`: the templates rendered no text, so nothing is posted. */
export type Made =
  | { kind: 'message'; text: string; title: string }
  | ({ kind: 'incident' } & Pick<
      Signal,
      'key' | 'status' | 'title' | 'text' | 'fields' | 'severity' | 'notify' | 'fix'
    >)
  | { kind: 'nothing' };

/** @throws TemplateFailed */
export type Recipe = (given: Given) => Made;
