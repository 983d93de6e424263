/** Fetches JSON within `timeoutMs`, else rejects. The error does not contain the address, which may hold a key. */
export async function getJson(url: URL, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs), redirect: 'error' });
  if (!response.ok) throw new Error(`${url.host} answered ${response.status}`);
  return response.json();
}
