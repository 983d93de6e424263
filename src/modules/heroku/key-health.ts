import { type FailureKind, failureKinds, type HerokuFailed } from '../../heroku-api/index.ts';
import type { Signal, SignalSink } from '../../ports/signals.ts';
import type { StateStore } from '../../ports/store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import { oneLine } from './markup.ts';
import { keyName, renewMs } from './state.ts';

export interface KeyHealthParts {
  store: AcceptStore & StateStore;
  signals: SignalSink;
  now(): number;
  /** Channel of the card; null: the one for alerts. */
  channel: string | null;
}

/** Whether Heroku’s API works with the key: one incident for the key in place of one an app. */
export interface KeyHealth {
  /** Notes that an app was read. */
  worked(): void;
  /** Notes that an app could not be read, in the round that ended. */
  failed(app: string, failure: HerokuFailed): void;
  /** Whether the app alone is concerned, so that it may be called gone. */
  isOfApp(app: string): boolean;
  /** Opens, updates or ends the incident, as far as that is due. @param apps all watched ones  @throws StoreUnavailable */
  report(apps: readonly string[]): Promise<void>;
  /** Why the key does not work; null: it does. */
  problem(): string | null;
}

/** The incident opens after so many failed looks at each app. A refused key opens it at once. */
const failedRounds = 2;
/** Refusals for want of requests that come this soon after another one are of the same round. Milliseconds. */
const sameRoundMs = 30_000;

const titles: Readonly<Record<FailureKind, string>> = {
  key: 'Heroku refuses the key',
  limit: 'No requests to Heroku’s API are left',
  forbidden: 'The key may read none of the apps on Heroku',
  gone: 'Apps on Heroku are gone',
  unavailable: 'Heroku’s API gives no answer',
};

export function createKeyHealth({ store, signals, now, channel }: KeyHealthParts): KeyHealth {
  /** Failures since the last success of any app, by app. */
  let failures = new Map<string, { kind: FailureKind; count: number; at: number }>();
  let last: HerokuFailed | null = null;
  /** The failure that the card shows. */
  let said: { kind: FailureKind; text: string } | null = null;
  let works = false;

  function due(apps: readonly string[]): FailureKind | null {
    if (last === null || apps.length === 0) return null;
    if (last.kind === 'key') return 'key';
    const all = apps.map((app) => failures.get(app));
    const mostLimits = Math.max(0, ...all.map((each) => (each?.kind === 'limit' ? each.count : 0)));
    // Without requests the other apps are not asked.
    if (mostLimits >= failedRounds) return 'limit';
    if (!all.every((each) => each !== undefined && each.count >= failedRounds)) return null;
    if (all.every((each) => each?.kind === 'forbidden')) return apps.length > 1 ? 'forbidden' : null;
    return all.some((each) => each?.kind === 'unavailable' || each?.kind === 'limit') ? 'unavailable' : null;
  }

  const isOld = (value: string | null) => Math.abs(now() - Number(value?.split(' ')[1])) > renewMs;
  const remember = (kind: FailureKind | null) =>
    store.accept({ state: [{ name: keyName, value: kind === null ? null : `${kind} ${now()}` }] });
  const signal = (status: Signal['status'], kind: FailureKind, text: string) =>
    signals.signal({
      ...{ key: 'heroku:key', status, title: titles[kind], text, fields: {}, severity: 'error', channel, at: now() },
    });

  return {
    worked() {
      failures = new Map();
      last = null;
      works = true;
    },
    failed(app, failure) {
      works = false;
      last = failure;
      const before = failures.get(app);
      const at = now();
      const sameRound = before?.kind === 'limit' && failure.kind === 'limit' && Math.abs(at - before.at) < sameRoundMs;
      if (!sameRound) failures.set(app, { kind: failure.kind, count: (before?.count ?? 0) + 1, at });
    },
    isOfApp(app) {
      const own = failures.get(app)?.kind;
      if (own === 'gone') return true;
      return own === 'forbidden' && ![...failures].some(([other, { kind }]) => other !== app && kind === 'forbidden');
    },
    async report(apps) {
      const kind = due(apps);
      const before = await store.state(keyName);
      const told = failureKinds.find((each) => before?.startsWith(`${each} `));
      if (kind !== null && last !== null) {
        // The state knows of the incident before it opens. So it ends also if the program is killed in between.
        if (told !== kind || isOld(before)) await remember(kind);
        // The same text again changes nothing.
        if (said?.kind !== kind) said = { kind, text: oneLine(last.message, 300) };
        const of = apps.length === 1 ? 'the app' : `the ${apps.length} apps`;
        await signal('firing', kind, `${said.text}\nUntil this is well again, nothing is known of ${of} on Heroku.`);
      } else if (works && told !== undefined) {
        said = null;
        await signal('resolved', told, 'Heroku’s API answers.');
        await remember(null);
      }
    },
    problem: () => (last === null || last.kind === 'gone' || last.kind === 'forbidden' ? null : last.message),
  };
}
