import type { DockerEvent } from '../../docker/index.ts';

/** Facts about a container from Docker's events. Times are monotonic milliseconds. */
export interface Evidence {
  running: boolean;
  /** When `running` changed; -Infinity: it ran already when it was first seen. */
  changedAt: number;
  /** When the container last ended, as far as seen; null: no end was seen. */
  diedAt: number | null;
  exitCode: number | null;
  /** Ends that nobody asked for, of the last 5 minutes, oldest first. */
  deaths: readonly number[];
  /** Signals of a stop, and Docker's `stop`, since the last start. */
  killedAt: number | null;
  stoppedAt: number | null;
  oomAt: number | null;
  /** Increases with every event. */
  revision: number;
}

/** Within this time Docker must restart a container three times for a restart loop, which ends after the same time without one. */
export const loopMs = 300_000;
/** Ends within `loopMs` that make a restart loop. */
export const loopDeaths = 3;
/** A `die` so long after a signal was caused by it. */
const signalMs = 15_000;
/** `stop` and `die` of one stop come in either order. */
const orderMs = 2_000;
/** An OOM kill belongs to a `die` this close to it; otherwise a child was killed, and the container lives on. */
const oomMs = 5_000;
/** Containers with evidence. Those that are not listed are forgotten at the next look. */
const mostKnown = 2_000;

/** SIGINT, SIGQUIT, SIGKILL, SIGTERM: programs take others for a reload. `docker stop` is known by its own event. */
const endingSignals = new Set(['2', '3', '9', '15']);

export interface EvidenceLog {
  /** @param at when it happened, milliseconds of the monotonic clock */
  take(event: DockerEvent, at: number): void;
  /** Returns the evidence on a container, with what was just read: whether it runs. */
  see(id: string, running: boolean, now: number): Evidence;
  of(id: string): Evidence | undefined;
  /** Forgets all containers but these. */
  keep(ids: ReadonlySet<string>): void;
}

export function createEvidenceLog(): EvidenceLog {
  const known = new Map<string, Evidence>();

  function set(id: string, evidence: Evidence): Evidence {
    if (!known.has(id) && known.size >= mostKnown) known.delete(known.keys().next().value ?? '');
    known.set(id, evidence);
    return evidence;
  }

  return {
    take({ Action, Actor }, at) {
      const before = known.get(Actor.ID) ?? { ...unknown, changedAt: at };
      const change = changeBy(Action, Actor.Attributes, before, at);
      if (change !== null) set(Actor.ID, { ...before, ...change, revision: before.revision + 1 });
    },

    see(id, running, now) {
      const before = known.get(id);
      if (before === undefined) {
        return set(id, { ...unknown, running, changedAt: running ? Number.NEGATIVE_INFINITY : now });
      }
      if (before.running === running) return before;
      // Its event was lost.
      return set(id, { ...before, ...(running ? started(now) : ended(before, now, null)) });
    },

    of: (id) => known.get(id),
    keep(ids) {
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    },
  };
}

const unknown: Evidence = {
  ...{ running: true, changedAt: 0, diedAt: null, exitCode: null, deaths: [] },
  ...{ killedAt: null, stoppedAt: null, oomAt: null, revision: 0 },
};

function changeBy(
  action: string,
  attributes: Record<string, string>,
  before: Evidence,
  at: number,
): Partial<Evidence> | null {
  switch (action) {
    case 'start':
      return started(at);
    case 'kill':
      return endingSignals.has(attributes.signal ?? '') ? { killedAt: at } : {};
    case 'stop':
      return { stoppedAt: at, deaths: before.deaths.filter((death) => Math.abs(death - at) > orderMs) };
    case 'oom':
      return { oomAt: at };
    case 'die':
      return ended(before, at, attributes.exitCode === undefined ? null : Number(attributes.exitCode));
    default:
      // Among them health_status.
      return action.startsWith('exec_') ? null : {};
  }
}

const started = (at: number): Partial<Evidence> => ({ running: true, changedAt: at, killedAt: null, stoppedAt: null });

function ended(before: Evidence, at: number, exitCode: number | null): Partial<Evidence> {
  const after = { ...before, running: false, changedAt: at, diedAt: at, exitCode };
  const recent = before.deaths.filter((death) => at - death < loopMs);
  return { ...after, deaths: wasStopped(after) ? recent : [...recent, at].slice(-10) };
}

/** Returns whether somebody stopped a container that does not run: `docker stop`, `docker kill`, Compose, a button. */
export function wasStopped({ running, killedAt, stoppedAt, diedAt }: Evidence): boolean {
  if (running) return false;
  if (stoppedAt !== null) return true;
  return killedAt !== null && diedAt !== null && diedAt - killedAt <= signalMs;
}

/** Returns whether the last end was by the kernel, for want of memory. */
export const wasOutOfMemory = ({ oomAt, diedAt }: Evidence): boolean =>
  oomAt !== null && diedAt !== null && Math.abs(diedAt - oomAt) <= oomMs;

/** Returns the ends within the last 5 minutes. */
export const recentDeaths = ({ deaths }: Evidence, now: number): readonly number[] =>
  deaths.filter((at) => now - at < loopMs);
