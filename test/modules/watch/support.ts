import pino from 'pino';
import type { Attempt, Failure, Result } from '../../../src/modules/watch/result.ts';
import type { Check } from '../../../src/watch-files/index.ts';

export const silent = pino({ level: 'silent' });

export function check(name: string, more: Partial<Check> = {}): Check {
  return {
    ...{ name, place: `watch/a.yaml, check "${name}"`, channel: null, severity: null, notify: null, fix: null },
    ...{ everyMs: 60_000, withinMs: 10_000, fail: { count: 3, ofMs: null } },
    probe: {
      ...{ kind: 'http', url: `https://${name}.example.com/health?key=secret`, method: 'GET', headers: {}, body: null },
      ...{ redirects: 5, verify: true, family: null, status: [{ from: 200, to: 200 }], text: null, json: {} },
    },
    ...more,
  };
}

export const failure = (text = 'The response has status 503 instead of 200.'): Failure => ({
  ...{ phase: 'response', text, severity: 'error' },
});

export function result(at: number, more: Partial<Result> = {}): Result {
  return { at, ms: 84, failure: null, note: '200 in 84 ms', ownFault: false, ...more };
}

/** Attempts whose results a test sets by the name of the check. */
export function fakeAttempts(now: () => number) {
  const failures = new Map<string, string>();
  const made: { name: string; at: number }[] = [];
  const attempt: Attempt = async ({ name }, stopped) => {
    const at = now();
    made.push({ name, at });
    fake.underWay += 1;
    fake.mostUnderWay = Math.max(fake.mostUnderWay, fake.underWay);
    if (fake.hangs) {
      await new Promise<void>((resolve) => {
        fake.release.push(resolve);
        stopped.addEventListener('abort', () => resolve());
      });
    }
    fake.underWay -= 1;
    const text = failures.get(name);
    const ownFault = fake.ownFault.has(name);
    return result(at, text === undefined ? { ownFault } : { failure: failure(text), note: '', ownFault });
  };
  const fake = {
    attempt,
    /** Texts of failures by the name of the check. */
    failures,
    made,
    timesOf: (name: string) => made.filter((each) => each.name === name).map(({ at }) => at),
    ownFault: new Set<string>(),
    /** When it is set, attempts wait for `release`. */
    hangs: false,
    underWay: 0,
    mostUnderWay: 0,
    release: [] as (() => void)[],
  };
  return fake;
}
