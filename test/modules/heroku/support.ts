import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import pino from 'pino';
import type { FailureKind } from '../../../src/heroku-api/index.ts';
import { type WatchedApp, watchedApps } from '../../../src/modules/heroku/apps.ts';
import { createHerokuClient } from '../../../src/modules/heroku/client.ts';
import { createVarHashes } from '../../../src/modules/heroku/hashes.ts';
import { createKeyHealth } from '../../../src/modules/heroku/key-health.ts';
import { createLook } from '../../../src/modules/heroku/look.ts';
import { createPoller } from '../../../src/modules/heroku/poller.ts';
import { createReadings } from '../../../src/modules/heroku/readings.ts';
import { createTeller } from '../../../src/modules/heroku/tell.ts';
import { createWatchedIndex } from '../../../src/modules/heroku/watched-index.ts';
import type { SignalSink } from '../../../src/ports/signals.ts';
import type { Store } from '../../../src/ports/store.ts';
import { startFakeHeroku } from '../../fakes/heroku/index.ts';
import { openIncidents } from '../incidents/support.ts';

export const minute = 60_000;
export const appNamed = (app: string, more: Partial<WatchedApp> = {}): WatchedApp => ({
  ...(watchedApps({ MONITORED_APP_NAME: app, CHECK_INTERVAL_MINUTES: 5 }, [])[0] as WatchedApp),
  ...more,
});

export class Killed extends Error {}

/** The parts of the module over a store and a fake Heroku, without its schedule. `restart` makes them anew, as after a kill. */
export async function openHeroku(t: TestContext, options: { annotates?: boolean } = {}) {
  const base = await openIncidents(t);
  const { clock, store } = base;
  const heroku = await startFakeHeroku(clock.now);
  t.after(() => heroku.close());
  const errors: FailureKind[] = [];
  let watched: WatchedApp[] = [];
  /** Calls of the store that write, and signals, until the program is killed: the last one is made, or not. */
  let kill: { after: number; isMade: boolean } | null = null;

  async function step<T>(run: () => Promise<T>): Promise<T> {
    if (kill === null) return run();
    kill.after -= 1;
    if (kill.after > 0) return run();
    if (kill.after === 0 && kill.isMade) await run();
    throw new Killed();
  }
  const killable: Store = { ...store, accept: (unit) => step(() => store.accept(unit)) };
  const signals: SignalSink = { signal: (signal) => step(() => base.incidents.signal(signal)) };

  function program() {
    const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: 3_600_000 });
    const client = createHerokuClient({ url: heroku.url, key: 'test-key', clock });
    const log = pino({ level: 'silent' });
    const readings = createReadings({ client, clock, log });
    const teller = createTeller({
      ...{ store: killable, signals, stamp, team: () => 'T1', channelOf: (written: string) => written },
      ...{ alertChannel: () => '#alerts', annotates: options.annotates ?? false },
    });
    const keyHealth = createKeyHealth({ store: killable, signals, now: clock.now, channel: null });
    const hashes = createVarHashes(killable, clock.now);
    const look = createLook({ client, readings, teller, hashes, clock });
    const poller = createPoller({
      ...{ client, look, teller, keyHealth, readings, clock, log, countError: (kind) => errors.push(kind) },
      names: () => watched.map(({ app }) => app),
    });
    return {
      client,
      readings,
      teller,
      keyHealth,
      look,
      poller,
      index: createWatchedIndex(killable, teller, clock.now),
    };
  }
  let parts = program();
  const toldBefore = [0];

  return {
    ...{ clock, store, heroku, world: heroku.world, errors, messages: base.messages, sendAll: base.sendAll },
    parts: () => parts,
    watch(...apps: (string | WatchedApp)[]) {
      watched = apps.map((app) => (typeof app === 'string' ? appNamed(app) : app));
    },
    watched: () => watched,
    restart() {
      kill = null;
      parts = program();
    },
    /** The n-th write or signal from now on kills the program. */
    killAt(after: number, isMade: boolean) {
      kill = { after, isMade };
    },
    wasKilled: () => kill !== null && kill.after <= 0,
    /** Looks at each app once, `ms` later. Returns the milliseconds until the next looks. */
    async poll(ms = 5 * minute): Promise<number[]> {
      await clock.advance(ms);
      const next: number[] = [];
      for (const each of watched) next.push(await parts.poller.poll(each));
      await base.sendAll();
      return next;
    },
    /** The texts of messages since the last call, without those of incidents. */
    async told(): Promise<string[]> {
      const all = (await base.messages()).filter(({ source }) => source === 'heroku');
      return all
        .splice(toldBefore.splice(0, 1, all.length)[0] ?? 0)
        .map(({ text }) => text.replace(/<!date[^>]*>/g, 'TIME'));
    },
    /** Each incident in one line, oldest first. */
    async incidents(): Promise<string[]> {
      const { items } = await store.incidents({ team: 'T1' }, null, 50);
      return items
        .reverse()
        .map(
          ({ key, status, severity, title }) => `${key.replace('signal:heroku:', '')}|${status}|${severity}|${title}`,
        );
    },
    async incident(key: string) {
      const found = await store.latestIncident('T1', `signal:heroku:${key}`);
      assert.ok(found, `there is no incident ${key}`);
      return found;
    },
    async cards(): Promise<number> {
      return (await base.messages()).filter(({ source, replyTo }) => source === 'incident' && !replyTo).length;
    },
  };
}
