import type { Clock } from '../../domain/clock.ts';
import type { LiveFeed } from '../../ports/live.ts';
import type { DockerReader } from './docker/client.ts';
import type { DockerEvent } from './docker/types.ts';
import type { Readings } from './readings.ts';

export interface WatchParts {
  docker: Pick<DockerReader, 'events'>;
  readings: Pick<Readings, 'read' | 'forget'>;
  live: Pick<LiveFeed, 'publish'>;
  clock: Clock;
}

const againMs = 5_000;

/**
 * Follows what happens to containers: what ended badly gets a card on the live page, and the next reading is a fresh
 * one. Docker that goes away is noticed within seconds, and when it is back. The answer ends it.
 */
export function watchContainers({ docker, readings, live, clock }: WatchParts): () => void {
  const stopped = new AbortController();
  let cancel = () => {};

  async function follow(): Promise<void> {
    try {
      // Tells how Docker is, also when nobody asks for metrics.
      await readings.read();
      for await (const event of docker.events(stopped.signal)) {
        // A health check's own command is an event as well, every few seconds.
        if (event.Action.startsWith('exec_')) continue;
        readings.forget();
        const text = misfortune(event);
        if (text !== null) {
          live.publish({ level: 'danger', what: 'part', channel: '', text, deliveryId: null, trace: null });
        }
      }
    } catch {
      // The reading has said it.
    }
    if (stopped.signal.aborted) return;
    // It is from before the connection was cut.
    readings.forget();
    cancel = clock.after(againMs, () => void follow());
  }

  void follow();
  return () => {
    stopped.abort();
    cancel();
  };
}

/** Null for what goes as it should: 143 and 137 are a stop's signals. */
function misfortune({ Action, Actor: { Attributes } }: DockerEvent): string | null {
  const { name = '', exitCode = '0' } = Attributes;
  if (Action === 'oom') return `${name}: out of memory`;
  if (Action === 'health_status: unhealthy') return `${name}: unhealthy`;
  if (Action === 'die' && !['0', '137', '143'].includes(exitCode)) return `${name}: ended with exit code ${exitCode}`;
  return null;
}
