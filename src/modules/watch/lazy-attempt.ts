import type { DockerReader } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { Attempt } from './result.ts';

export interface LazyAttemptParts {
  /** DOCKER_READ_URL; null: not set. */
  dockerUrl: string | null;
  clock: Clock;
  onStop(name: string, stop: () => unknown): void;
}

/** Returns a function that makes an attempt. It loads the probes with the first one, so that a program without checks does not. */
export function createLazyAttempt({ dockerUrl, clock, onStop }: LazyAttemptParts): Attempt {
  let loaded: Promise<Attempt> | null = null;
  let docker: DockerReader | null = null;
  // Stops run in reverse order: the client is closed after the checks have stopped.
  if (dockerUrl !== null) onStop('the checks’ client of Docker', () => docker?.close());

  async function load(): Promise<Attempt> {
    const { createAttempt } = await import('./probes/attempt.ts');
    if (dockerUrl !== null) docker = (await import('../../docker/index.ts')).createDockerReader(dockerUrl);
    return createAttempt({ docker, clock });
  }

  return async (check, stopped) => {
    loaded ??= load();
    return (await loaded)(check, stopped);
  };
}
