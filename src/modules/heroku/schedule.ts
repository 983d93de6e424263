import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { holdEveryMs, type Lease } from '../../domain/lease.ts';
import type { WatchedApp } from './apps.ts';

export interface ScheduleParts {
  /** Looks at an app. Resolves with the milliseconds until the next look. Never rejects. */
  poll(watched: WatchedApp): Promise<number>;
  lease: Pick<Lease, 'hold'>;
  /** Called with the lease, before the looks. */
  prepare(apps: readonly string[]): Promise<void>;
  /** Milliseconds until requests may be sent. */
  heldMs(): number;
  /** The next look at the app reads everything. */
  readAll(app: string): void;
  forget(app: string): void;
  clock: Clock;
  log: Pick<Logger, 'error'>;
}

/** Decides when each app is looked at. */
export interface Schedule {
  /** Looks at these apps from now on. */
  replace(apps: readonly WatchedApp[]): void;
  apps(): readonly string[];
  /** A webhook told of the app: looks at it soon. */
  lookAt(app: string): void;
  /** Whether this program has no lease. */
  standsBy(): boolean;
  start(): void;
  stop(): Promise<void>;
}

const atOnce = 4;
/** First looks are this far apart. Milliseconds. */
const spreadMs = 2_000;
/** A webhook comes with others. Milliseconds. */
const gatherMs = 2_000;
/** Webhooks make a look at an app at most this often. Milliseconds. */
const betweenHooksMs = 10_000;
/** An app that sent a webhook within this time is looked at more rarely. Milliseconds. */
const hookTrustMs = 86_400_000;
const rarerWithHooks = 3;
const longestMs = 3_600_000;

interface Entry {
  watched: WatchedApp;
  /** These are values of `monotonic`. */
  dueAt: number;
  begunAt: number;
  hookAt: number | null;
  isRunning: boolean;
  /** A webhook came during the look. */
  again: boolean;
}

export function createSchedule(parts: ScheduleParts): Schedule {
  const { clock, log } = parts;
  const entries = new Map<string, Entry>();
  const underWay = new Set<Promise<void>>();
  let cancel = () => {};
  let isOn = false;
  let isStandby = false;
  let round: Promise<void> = Promise.resolve();

  const now = clock.monotonic;
  const names = () => [...entries.keys()];

  function arm(leastMs = 0): void {
    cancel();
    if (!isOn) return;
    const waiting = underWay.size < atOnce ? [...entries.values()].filter(({ isRunning }) => !isRunning) : [];
    const dueIn = Math.min(holdEveryMs, ...waiting.map(({ dueAt }) => dueAt - now()));
    const held = Math.min(parts.heldMs(), holdEveryMs);
    cancel = clock.after(Math.max(0, dueIn, held, leastMs), () => {
      round = tick();
    });
  }

  async function tick(): Promise<void> {
    let leastMs = 0;
    try {
      isStandby = !(await parts.lease.hold());
      if (isStandby) leastMs = holdEveryMs;
      else {
        await parts.prepare(names());
        if (isOn && parts.heldMs() === 0) begin();
      }
    } catch (error) {
      log.error({ err: error }, 'the store does not take the lease for Heroku; trying again');
      leastMs = betweenHooksMs;
    }
    arm(leastMs);
  }

  function begin(): void {
    const due = [...entries.values()].filter(({ dueAt, isRunning }) => !isRunning && dueAt <= now());
    due.sort((a, b) => a.dueAt - b.dueAt);
    for (const entry of due.slice(0, atOnce - underWay.size)) {
      const work = run(entry).finally(() => {
        underWay.delete(work);
        arm();
      });
      underWay.add(work);
    }
  }

  async function run(entry: Entry): Promise<void> {
    Object.assign(entry, { isRunning: true, again: false, begunAt: now() });
    const planned = entry.dueAt;
    const ms = intervalOf(entry, await parts.poll(entry.watched));
    entry.isRunning = false;
    // From the planned time, so that looks do not drift; not after a pause, since the missed ones are not made up for.
    entry.dueAt = planned + ms > now() ? planned + ms : now() + ms;
    if (entry.again) entry.dueAt = Math.min(entry.dueAt, entry.begunAt + betweenHooksMs);
  }

  /** A shorter interval than the usual one has a reason. */
  function intervalOf({ watched: { everyMs }, hookAt }: Entry, ms: number): number {
    const trusted = hookAt !== null && now() - hookAt < hookTrustMs && ms >= everyMs;
    return trusted ? Math.max(ms, Math.min(ms * rarerWithHooks, longestMs)) : ms;
  }

  return {
    replace(apps) {
      for (const name of names()) {
        if (apps.some(({ app }) => app === name)) continue;
        entries.delete(name);
        parts.forget(name);
      }
      const before = new Map(entries);
      entries.clear();
      const step = Math.min(spreadMs, ...apps.map(({ everyMs }) => everyMs / apps.length));
      for (const [at, watched] of apps.entries()) {
        const known = before.get(watched.app);
        if (known === undefined) {
          const times = { dueAt: now() + at * step, begunAt: Number.NEGATIVE_INFINITY, hookAt: null };
          entries.set(watched.app, { watched, ...times, isRunning: false, again: false });
          continue;
        }
        // The same object: a look may be under way.
        known.dueAt = Math.min(known.dueAt, now() + watched.everyMs);
        known.watched = watched;
        entries.set(watched.app, known);
      }
      arm();
    },
    apps: names,
    lookAt(app) {
      const entry = entries.get(app);
      if (entry === undefined) return;
      parts.readAll(app);
      Object.assign(entry, { hookAt: now(), again: entry.isRunning });
      entry.dueAt = Math.min(entry.dueAt, Math.max(now() + gatherMs, entry.begunAt + betweenHooksMs));
      arm();
    },
    standsBy: () => isStandby,
    start() {
      isOn = true;
      arm();
    },
    async stop() {
      isOn = false;
      cancel();
      await round;
      await Promise.all(underWay);
    },
  };
}
