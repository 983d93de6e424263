/** The code of an error of Node's or of a library (`ENOENT`, `ERR_…`); '' when it has none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

const mostCauses = 3;

/** As `errorCode`, of the error or else of the first of its causes that has one: `fetch` puts the reason there. */
export function causeCode(error: unknown): string {
  let at = error as { cause?: unknown } | null | undefined;
  for (let depth = 0; at && depth <= mostCauses; depth += 1) {
    const code = errorCode(at);
    if (code !== '') return code;
    at = at.cause as typeof at;
  }
  return '';
}
