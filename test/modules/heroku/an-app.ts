import type { AppStatus, HerokuApps } from '../../../src/modules/heroku/types.ts';

const at = Date.parse('2026-01-02T03:04:05Z');

/** Returns an app with one crashed dyno. */
export function anApp(more: Partial<AppStatus> = {}): AppStatus {
  return {
    app: 'shop',
    info: {
      ...{ id: '0b8f4bd4-0000-4000-8000-000000000001', name: 'shop', owner: 'ada@example.com' },
      ...{ region: 'eu', stack: 'heroku-24', maintenance: false },
    },
    dynos: ['web.1 up', 'web.2 crashed', 'worker.1 up'].map((each) => {
      const [name = '', state = ''] = each.split(' ');
      return { name, type: name.replace(/\..*/, ''), state, updatedAt: at, version: 42 };
    }),
    formation: [
      { type: 'web', quantity: 2, size: 'Standard-1X' },
      { type: 'worker', quantity: 1, size: 'Basic' },
    ],
    releases: [45, 44, 43, 42].map((version) => ({
      ...{ version, description: `Deploy ${version}abc`, status: version === 45 ? 'failed' : 'succeeded' },
      ...{ by: version === 44 ? '' : 'ada@example.com', createdAt: at - (45 - version) * 3_600_000 },
    })),
    addons: [
      {
        ...{ name: 'postgresql-flat-1', service: 'heroku-postgresql' },
        ...{ plan: 'heroku-postgresql:essential-0', state: 'provisioned' },
      },
    ],
    readAt: at,
    problem: null,
    ...more,
  };
}

/** Returns an app that was never read. */
export const unread = (app: string, problem: string | null = null): AppStatus => ({
  ...{ app, info: null, dynos: [], formation: [], releases: [], addons: [], readAt: null, problem },
});

/** The apps of a program that watches these. `looked` has the names that `lookAt` was called with. */
export function stubApps(
  all: readonly AppStatus[],
  remaining: number | null = null,
): HerokuApps & { looked: string[] } {
  const looked: string[] = [];
  return {
    looked,
    names: () => all.map(({ app }) => app),
    list: () => all,
    read: async (app) => all.find((each) => each.app === app) ?? unread(app, `There is no app “${app}”.`),
    lookAt: (app) => void looked.push(app),
    remaining: () => remaining,
  };
}
