import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { ClientClosed, type Dyno, HerokuFailed } from '../../heroku-api/index.ts';
import type { HerokuClient } from './client.ts';
import type { AppStatus } from './types.ts';

export interface ReadingParts {
  client: HerokuClient;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  log: Pick<Logger, 'warn'>;
}

/** The last known status of apps, and readings of all that a status has. */
export interface Readings {
  of(app: string): AppStatus;
  /** Adds what was read. */
  note(app: string, read: Partial<Omit<AppStatus, 'dynos' | 'readAt'>>): AppStatus;
  /** Adds the dynos, unless those of a later request are known. `askedAt`: monotonic time before the request. */
  noteDynos(app: string, dynos: readonly Dyno[], askedAt: number): AppStatus;
  /** Takes the status that another program read, unless a later one is known. */
  takeOver(status: AppStatus): void;
  /** Reads an app now; see `HerokuApps.read`. */
  read(app: string): Promise<AppStatus>;
}

/** Calls within this time share a reading. Milliseconds. */
const shareMs = 10_000;
/** Statuses that are kept; the one that was read least recently is dropped. */
const mostKept = 300;
const nameOfApp = /^[a-z0-9][a-z0-9-]{1,35}$/;

export function createReadings({ client, clock, log }: ReadingParts): Readings {
  const known = new Map<string, AppStatus>();
  /** When the known dynos were asked for, monotonic. */
  const asked = new Map<string, number>();
  const shared = new Map<string, { at: number; status: Promise<AppStatus> }>();

  const of = (app: string) => known.get(app) ?? unread(app);

  function note(app: string, read: Partial<AppStatus>): AppStatus {
    const status = { ...of(app), ...read };
    known.delete(app);
    known.set(app, status);
    bound(known);
    return status;
  }

  function noteDynos(app: string, dynos: readonly Dyno[], askedAt: number): AppStatus {
    if ((asked.get(app) ?? askedAt) > askedAt) return of(app);
    asked.delete(app);
    asked.set(app, askedAt);
    bound(asked);
    return note(app, { dynos, readAt: clock.now(), problem: null });
  }

  async function readAll(app: string): Promise<AppStatus> {
    const askedAt = clock.monotonic();
    try {
      const [info, dynos, formation, releases, addons] = await Promise.all([
        client.app(app),
        client.dynos(app),
        client.formation(app),
        client.releases(app),
        client.addons(app),
      ]);
      note(app, { info, formation, releases, addons, problem: null });
      return noteDynos(app, dynos, askedAt);
    } catch (error) {
      if (error instanceof ClientClosed) return of(app);
      if (!(error instanceof HerokuFailed)) throw error;
      log.warn(
        { app, kind: error.kind, requestId: error.requestId },
        `an app on Heroku was not read: ${error.message}`,
      );
      // A name that somebody mistyped is not kept.
      return known.has(app) ? note(app, { problem: error.message }) : { ...unread(app), problem: error.message };
    }
  }

  return {
    of,
    note,
    noteDynos,
    takeOver(status) {
      const { readAt } = of(status.app);
      if (readAt === null || (status.readAt ?? 0) >= readAt) note(status.app, status);
    },
    read(app) {
      if (!nameOfApp.test(app)) {
        const problem = `“${app.slice(0, 40)}” is no name of an app on Heroku: small letters, digits and hyphens.`;
        return Promise.resolve({ ...unread(app), problem });
      }
      const now = clock.monotonic();
      const last = shared.get(app);
      if (last !== undefined && now - last.at < shareMs) return last.status;
      const status = readAll(app);
      shared.delete(app);
      shared.set(app, { at: now, status });
      bound(shared);
      return status;
    },
  };
}

const unread = (app: string): AppStatus => ({
  ...{ app, info: null, dynos: [], formation: [], releases: [], addons: [], readAt: null, problem: null },
});

function bound(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > mostKept && oldest !== undefined) map.delete(oldest);
}
