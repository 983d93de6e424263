import type { Logger } from 'pino';
import type { NewsStore } from '../../ports/news-store.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import type { Readings } from './readings.ts';
import type { AppStatus } from './types.ts';

export interface SharedStatusParts {
  store: AcceptStore & NewsStore & StateStore;
  readings: Pick<Readings, 'of' | 'takeOver'>;
  /** Looks at an app soon, if this program looks at apps. */
  lookAt(app: string): void;
  names(): readonly string[];
  log: Pick<Logger, 'warn'>;
}

/** Topics of news about apps. One program looks at the apps; any of them may be asked for their status or get a webhook. */
export interface SharedStatus {
  /** Gives the others the status that this program read. Never rejects. */
  give(app: string): Promise<void>;
  /** A webhook told of the app. */
  lookAt(app: string): void;
  /** Reads what another program gave before. Never rejects. */
  read(): Promise<void>;
}

const topics = { given: 'heroku given', look: 'heroku look' } as const;
const stateName = (app: string) => `heroku:status ${app}`;

export function createSharedStatus({ store, readings, lookAt, names, log }: SharedStatusParts): SharedStatus {
  async function take(app: string): Promise<void> {
    const given = await store.state(stateName(app));
    if (given !== null) readings.takeOver(JSON.parse(given) as AppStatus);
  }

  const failed = (app: string) => (error: unknown) =>
    log.warn({ err: error, app }, 'the status of an app was not shared with the other programs on the store');

  store.onTold(topics.look, (app) => lookAt(app as string));
  store.onTold(topics.given, (app) => {
    if (names().includes(app as string)) void take(app as string).catch(failed(app as string));
  });
  return {
    async give(app) {
      if (!store.isShared) return;
      try {
        // A status with many dynos is larger than what can be told.
        await store.accept({ state: [{ name: stateName(app), value: JSON.stringify(readings.of(app)) }] });
        store.tell(topics.given, app);
      } catch (error) {
        failed(app)(error);
      }
    },
    lookAt(app) {
      lookAt(app);
      store.tell(topics.look, app);
    },
    async read() {
      if (!store.isShared) return;
      for (const app of names()) await take(app).catch(failed(app));
    },
  };
}
