import type { TestContext } from 'node:test';
import { type AttemptParts, createAttempt } from '../../../src/modules/watch/probes/attempt.ts';
import type { Result } from '../../../src/modules/watch/result.ts';
import type { Check, HttpProbe, Probe } from '../../../src/watch-files/index.ts';
import { type FakeDns, startFakeDns } from '../../fakes/dns/index.ts';
import { type ManualClock, manualClock } from '../../support/clock.ts';

export function checkOf(probe: Probe, withinMs = 10_000): Check {
  return {
    ...{ name: 'shop', place: 'w.yaml, check "shop"', channel: null, severity: null, notify: null, fix: null },
    ...{ everyMs: 60_000, fail: { count: 3, ofMs: null }, withinMs, probe },
  };
}

export function httpCheck(url: string, more: Partial<HttpProbe> = {}, withinMs?: number): Check {
  const usual = { headers: {}, body: null, redirects: 5, verify: true, family: null, text: null, json: {} };
  const probe = { kind: 'http' as const, url, method: 'GET', status: [{ from: 200, to: 200 }], ...usual, ...more };
  return checkOf(probe, withinMs);
}

export interface Probing {
  dns: FakeDns;
  clock: ManualClock;
  attempt(check: Check): Promise<Result>;
  /** The phase and text of the failure; `ok` and the note without the duration when there is none. */
  outcome(check: Check): Promise<string>;
  /** The outcome of an attempt whose time passes once `ready` is true. */
  timedOut(check: Check, ready: () => boolean, ms?: number): Promise<string>;
}

/** A clock that stands still, a DNS server, and attempts. */
export async function startProbing(t: TestContext, parts: Partial<AttemptParts> = {}): Promise<Probing> {
  const dns = await startFakeDns();
  t.after(() => dns.close());
  const clock = manualClock(Date.now());
  const made = createAttempt({ docker: null, clock, nameServers: [dns.address], hostsFile: '/none', ...parts });
  const attempt = (check: Check) => made(check, new AbortController().signal);
  const outcome = async (check: Check) => outcomeOf(await attempt(check));
  return {
    ...{ dns, clock, attempt, outcome },
    async timedOut(check, ready, ms = check.withinMs) {
      const result = outcome(check);
      await until(ready);
      await clock.advance(ms);
      return result;
    },
  };
}

export function outcomeOf({ failure, note, ownFault }: Result): string {
  const fault = ownFault ? 'own fault, ' : '';
  return (
    fault + (failure === null ? `ok: ${note.replace(/ in [\d.]+ m?s$/, '')}` : `${failure.phase}: ${failure.text}`)
  );
}

/** Lets the event loop turn until something is true, for 30 s at most. */
export async function until(isTrue: () => boolean): Promise<void> {
  const end = performance.now() + 30_000;
  while (!isTrue()) {
    if (performance.now() > end) throw new Error('this did not become true within 30 s');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
