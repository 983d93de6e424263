import { type DockerEvent, type DockerReader, inSeconds } from '../../docker/index.ts';
import type { Clock } from '../../domain/clock.ts';
import type { LiveFeed } from '../../ports/live.ts';
import type { IncidentWatch } from './incident-watch.ts';
import type { Readings } from './readings.ts';

export interface WatchParts {
  docker: Pick<DockerReader, 'events'>;
  readings: Pick<Readings, 'read' | 'forget'>;
  live: Pick<LiveFeed, 'publish'>;
  /** Null: containers open no incidents. */
  incidents: IncidentWatch | null;
  clock: Clock;
}

const againMs = 5_000;
/** At the start events of this time are read again: what stopped while the program did not run, and why. */
const beforeStartMs = 600_000;
/** Events in memory, to tell repeated ones. Docker repeats the last 256 at most. */
const mostSeen = 1_000;

/**
 * Follows Docker's events: publishes a card for each failure of a container, hands the events to `incidents`, and
 * invalidates the cached reading. Connects again every few seconds while Docker does not answer, and reads what happened
 * meanwhile. Returns the function that stops it.
 */
export function watchContainers({ docker, readings, live, incidents, clock }: WatchParts): () => void {
  const stopped = new AbortController();
  const startedAt = clock.now();
  const seen = new Set<string>();
  /** Time of the newest event, milliseconds since the epoch. */
  let newest = startedAt - beforeStartMs;
  let cancel = () => {};

  async function follow(): Promise<void> {
    try {
      // Updates the part's health, even without scrapes.
      await readings.read();
      incidents?.look();
      // A double is not exact enough for nanoseconds, so the last events come twice.
      const since = inSeconds(BigInt(Math.floor(newest)) * 1_000_000n);
      for await (const event of docker.events(stopped.signal, since)) {
        // Health checks cause exec events every few seconds.
        if (event.Action.startsWith('exec_') || isRepeated(event)) continue;
        take(event);
      }
    } catch {
      // A reading reports the failure, too.
    }
    if (stopped.signal.aborted) return;
    // The cached reading is from before the connection was cut.
    readings.forget();
    cancel = clock.after(againMs, () => void follow());
  }

  function take(event: DockerEvent): void {
    const now = clock.now();
    const at = event.timeNano === undefined ? now : event.timeNano / 1e6;
    newest = Math.max(newest, Math.min(at, now));
    readings.forget();
    incidents?.take(event, Math.max(0, now - at));
    const text = at < startedAt ? null : misfortune(event);
    if (text !== null) {
      const id = event.timeNano === undefined ? undefined : `docker-${event.timeNano}${event.Actor.ID.slice(0, 12)}`;
      live.publish({ level: 'danger', what: 'part', team: '', channel: '', text, deliveryId: null, trace: null }, id);
    }
  }

  function isRepeated({ Action, Actor, timeNano }: DockerEvent): boolean {
    if (timeNano === undefined) return false;
    const name = `${timeNano} ${Action} ${Actor.ID}`;
    if (seen.has(name)) return true;
    seen.add(name);
    if (seen.size > mostSeen) seen.delete(seen.values().next().value ?? '');
    return false;
  }

  void follow();
  return () => {
    stopped.abort();
    cancel();
    incidents?.stop();
  };
}

/** Returns the text of a card for a failure; null for other events. Exit codes 143 and 137 are the signals of a stop. */
function misfortune({ Action, Actor: { Attributes } }: DockerEvent): string | null {
  const { name = '', exitCode = '0' } = Attributes;
  if (Action === 'oom') return `${name}: out of memory`;
  if (Action === 'health_status: unhealthy') return `${name}: unhealthy`;
  if (Action === 'die' && !['0', '137', '143'].includes(exitCode)) return `${name}: ended with exit code ${exitCode}`;
  return null;
}
