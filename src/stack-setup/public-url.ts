/** Returns the stack's public address: PUBLIC_URL, else the first host name with the published port. */
export function publicUrl({
  hostNames,
  env,
}: {
  hostNames: readonly string[];
  env: Readonly<Record<string, string>>;
}): string {
  if (env.PUBLIC_URL !== undefined) return env.PUBLIC_URL;
  const { HTTPS_PORT = '443', BIND_ADDRESS = '0.0.0.0' } = env;
  const everywhere = ['0.0.0.0', '127.0.0.1', '[::]', '[::1]'].includes(BIND_ADDRESS);
  const host = hostNames[0] ?? (everywhere ? 'localhost' : BIND_ADDRESS);
  return `https://${host}${HTTPS_PORT === '443' ? '' : `:${HTTPS_PORT}`}`;
}
