/** Returns the `code` of an error (`ENOENT`, `ERR_…`), or '' without one. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

const mostCauses = 3;

/** Returns the code of an error, else of its first cause with a code, else ''. Errors of `fetch` have the code in `cause`. */
export function causeCode(error: unknown): string {
  let at = error as { cause?: unknown } | null | undefined;
  for (let depth = 0; at && depth <= mostCauses; depth += 1) {
    const code = errorCode(at);
    if (code !== '') return code;
    at = at.cause as typeof at;
  }
  return '';
}
