import { reasonOf } from '../api-client.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('program');
const timeoutMs = 5_000;

/** Asks the running program whether it is ready. A program that does not run is a warning, since the doctor may run before the start. */
export async function checkProgram(base: string): Promise<Finding> {
  try {
    const response = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    const { ready, reasons } = (await response.json()) as { ready?: boolean; reasons?: string[] };
    if (ready) return find('ok', `${base} is ready`);
    return find('fail', `${base} is not ready: ${reasons?.join('; ') ?? `HTTP ${response.status}`}`);
  } catch (error) {
    if (error instanceof SyntaxError) return find('fail', `${base}/readyz is answered by another program; check PORT`);
    return find('warn', `${base} does not answer (${reasonOf(error)}). \`ultronex serve\` starts it`);
  }
}
