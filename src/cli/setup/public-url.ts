import type { StackConfig } from './check-env.ts';

/** Where people reach the stack: as PUBLIC_URL says, else the first name and the published port. */
export function publicUrl({ hostNames, env, program }: StackConfig): string {
  if (program.PUBLIC_URL !== undefined) return program.PUBLIC_URL;
  const { HTTPS_PORT = '443', BIND_ADDRESS = '0.0.0.0' } = env;
  const everywhere = ['0.0.0.0', '127.0.0.1', '[::]', '[::1]'].includes(BIND_ADDRESS);
  const host = hostNames[0] ?? (everywhere ? 'localhost' : BIND_ADDRESS);
  return `https://${host}${HTTPS_PORT === '443' ? '' : `:${HTTPS_PORT}`}`;
}
