import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { ClientClosed, type FailureKind, HerokuFailed } from '../../heroku-api/index.ts';
import type { WatchedApp } from './apps.ts';
import type { HerokuClient } from './client.ts';
import type { KeyHealth } from './key-health.ts';
import type { Look } from './look.ts';
import { oneLine } from './markup.ts';
import type { Readings } from './readings.ts';
import type { Teller } from './tell.ts';
import type { Verdict } from './verdicts.ts';

export interface PollerParts {
  client: Pick<HerokuClient, 'remaining'>;
  look: Look;
  teller: Pick<Teller, 'stateOf' | 'tell'>;
  keyHealth: KeyHealth;
  readings: Pick<Readings, 'note'>;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  log: Pick<Logger, 'warn' | 'error'>;
  countError(kind: FailureKind): void;
  /** Names of all watched apps. */
  names(): readonly string[];
}

/** Looks at an app, and resolves with the milliseconds until the next look. Never rejects. */
export interface Poller {
  poll(watched: WatchedApp): Promise<number>;
  forget(app: string): void;
  /** Whether so few requests are left that the looks are rarer. */
  isLow(): boolean;
}

/** With fewer requests left the looks are rarer: a fifth of the 4,500 an hour stays for people and other programs. */
const reserve = 900;
const rarer = 4;
/** Pause before another look at what is under way or failed. Milliseconds. */
const soonMs = 60_000;
/** Failures after which the usual interval holds again. */
const mostSoon = 3;
/** An app must be missing in two looks that are this far apart. Milliseconds. */
const goneMs = 45_000;
const longestMs = 3_600_000;

export function createPoller(parts: PollerParts): Poller {
  const { client, look, teller, keyHealth, readings, clock, log } = parts;
  const failures = new Map<string, { count: number; goneSince: number | null }>();
  const isLow = () => (client.remaining() ?? reserve) < reserve;

  async function failed(watched: WatchedApp, failure: HerokuFailed): Promise<void> {
    const { app } = watched;
    keyHealth.failed(app, failure);
    const before = failures.get(app) ?? { count: 0, goneSince: null };
    const isGone = failure.kind === 'gone' || failure.kind === 'forbidden';
    const goneSince = isGone ? (before.goneSince ?? clock.monotonic()) : null;
    failures.set(app, { count: before.count + 1, goneSince });
    if (goneSince === null || clock.monotonic() - goneSince < goneMs || !keyHealth.isOfApp(app)) return;
    const state = await teller.stateOf(app);
    const others = Object.keys(state.open).filter((part) => part !== 'gone');
    await teller.tell(
      watched,
      state,
      state,
      [],
      [
        gone(app, failure),
        ...others.map(
          (part): Verdict => ({ part, status: 'resolved', text: 'The app itself cannot be read any more.' }),
        ),
      ],
    );
  }

  function note(app: string, failure: HerokuFailed): void {
    const { kind, message, requestId } = failure;
    parts.countError(kind);
    readings.note(app, { problem: message });
    log.warn({ app, kind, requestId }, `an app on Heroku was not read: ${message}`);
  }

  /** Resolves with whether another look is due soon. */
  async function attempt(watched: WatchedApp): Promise<boolean> {
    const { app } = watched;
    try {
      const { isUnsettled, failure } = await look(watched, isLow());
      failures.delete(app);
      keyHealth.worked();
      if (failure !== null) note(app, failure);
      return isUnsettled;
    } catch (error) {
      if (!(error instanceof HerokuFailed)) throw error;
      note(app, error);
      await failed(watched, error);
      return (failures.get(app)?.count ?? 0) < mostSoon;
    }
  }

  return {
    isLow,
    forget: (app) => void failures.delete(app),
    async poll(watched) {
      let isSoon = true;
      try {
        isSoon = await attempt(watched);
        await keyHealth.report(parts.names());
      } catch (error) {
        if (error instanceof ClientClosed) return watched.everyMs;
        log.error({ err: error, app: watched.app }, 'a look at an app on Heroku is not written down; it is made again');
      }
      const { everyMs } = watched;
      if (isLow()) return Math.max(everyMs, Math.min(everyMs * rarer, longestMs));
      return isSoon ? Math.min(everyMs, soonMs) : everyMs;
    },
  };
}

const gone = (app: string, { kind, message }: HerokuFailed): Verdict => ({
  ...{ part: 'gone', status: 'firing', severity: 'error' },
  title: kind === 'gone' ? `${app}: the app is gone` : `${app}: the app cannot be read`,
  ...{ text: oneLine(message, 300), fields: { app }, since: null },
});
