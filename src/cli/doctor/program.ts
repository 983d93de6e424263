import { reasonOf } from '../api-client.ts';
import { type Finding, finder } from './finding.ts';

const find = finder('program');
const timeoutMs = 5_000;
/** Within this time after its start a program may still be connecting. Also a clock that is so far ahead is accepted. */
const startingMs = 60_000;

/** Asks the running program whether it is ready. A program that does not run is a warning, since the doctor may run before the start. */
export async function checkProgram(base: string): Promise<Finding> {
  try {
    const response = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(timeoutMs) });
    const { ready, reasons } = (await response.json()) as { ready?: boolean; reasons?: string[] };
    if (ready) return find('ok', `${base} is ready`);
    const why = reasons?.join('; ') ?? `HTTP ${response.status}`;
    const ageMs = await ageOf(base);
    if (ageMs === null || Math.abs(ageMs) >= startingMs) return find('fail', `${base} is not ready: ${why}`);
    const since = `It started ${Math.max(0, Math.round(ageMs / 1_000))} s ago`;
    return find('warn', `${base} is not ready yet: ${why}. ${since}; look again in a minute`);
  } catch (error) {
    if (error instanceof SyntaxError) return find('fail', `${base}/readyz is answered by another program; check PORT`);
    return find('warn', `${base} does not answer (${reasonOf(error)}). \`ultronex serve\` starts it`);
  }
}

/** Resolves with how long ago the program started, milliseconds; null: it does not tell. */
async function ageOf(base: string): Promise<number | null> {
  try {
    const response = await fetch(`${base}/ultronex/status`, { signal: AbortSignal.timeout(timeoutMs) });
    const { startedAt = '' } = (await response.json()) as { startedAt?: string };
    const age = Date.now() - Date.parse(startedAt);
    return Number.isNaN(age) ? null : age;
  } catch {
    return null;
  }
}
