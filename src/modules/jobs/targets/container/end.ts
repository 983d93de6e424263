import type { End } from '../../target.ts';
import type { ContainerState } from './client.ts';

export const hasEnded = ({ state }: ContainerState): boolean => state === 'exited' || state === 'dead';

const killed = 137;

/** Returns how a container ended, for people. */
export function endOf({ state, exitCode, oomKilled, error }: ContainerState, memoryMb: number): End {
  if (state === 'created')
    return { exitCode: null, how: 'failed', reason: error || 'Its container was never started.' };
  const memory = `It needed more than ${memoryMb} MiB of memory.`;
  if (oomKilled && exitCode !== 0) return { exitCode, how: 'failed', reason: memory };
  if (oomKilled) return { exitCode, how: 'exited', reason: `A process of it was killed: ${memory}` };
  if (error !== '') return { exitCode, how: 'failed', reason: error };
  const reason = exitCode === killed ? 'SIGKILL ended it, and not for lack of memory.' : null;
  return { exitCode, how: 'exited', reason };
}
