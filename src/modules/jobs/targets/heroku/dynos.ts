import type { Clock } from '../../../../domain/clock.ts';
import { HerokuFailed, type OneOffDyno, readOneOffDyno, readOneOffDynos } from '../../../../heroku-api/index.ts';
import type { HerokuApi } from './api.ts';
import { pathOf, type Run } from './handle.ts';

/** Followers of an app’s dynos share a list of this age, since the account has about 75 requests a minute. Milliseconds. */
const freshMs = 10_000;
const mostLists = 200;

/** The dynos of apps. @throws HerokuFailed, ClientClosed */
export interface Dynos {
  /** Lists an app’s dynos now. */
  list(app: string): Promise<readonly OneOffDyno[]>;
  /** Returns the state of a run’s dyno; null: it is gone. @param since the list is not older, a value of `monotonic` */
  stateOf(run: Run, since: number): Promise<string | null>;
}

export function createDynos(api: HerokuApi, clock: Pick<Clock, 'monotonic'>): Dynos {
  const lists = new Map<string, { at: number; list: Promise<readonly OneOffDyno[]> }>();

  function list(app: string) {
    const path = `/apps/${encodeURIComponent(app)}/dynos`;
    const entry = { at: clock.monotonic(), list: api.get(path, { range: 'id ..; max=1000' }).then(readOneOffDynos) };
    lists.delete(app);
    lists.set(app, entry);
    const [oldest] = lists.keys();
    if (lists.size > mostLists && oldest !== undefined) lists.delete(oldest);
    entry.list.catch(() => {
      if (lists.get(app) === entry) lists.delete(app);
    });
    return entry.list;
  }

  return {
    list,
    async stateOf(run, since) {
      const known = lists.get(run.app);
      const isFresh = known !== undefined && known.at >= Math.max(since, clock.monotonic() - freshMs);
      const dynos = await (isFresh ? known.list : list(run.app));
      const found = dynos.find(({ id, name }) => (run.id === '' ? name === run.dyno : id === run.id));
      if (found !== undefined) return found.state;
      // A new dyno may be missing in the list for a moment, and a list has 1,000 dynos at most.
      try {
        return readOneOffDyno(await api.get(pathOf(run)))?.state ?? null;
      } catch (error) {
        if (error instanceof HerokuFailed && error.kind === 'gone') return null;
        throw error;
      }
    },
  };
}
