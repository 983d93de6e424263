import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { NotFound, WrongState } from '../../domain/errors.ts';
import { type Lease, waitsForLease } from '../../domain/lease.ts';
import { namesWithIncident } from '../../domain/open-signals.ts';
import type { HistoryStore } from '../../ports/history-store.ts';
import type { IncidentStore } from '../../ports/incident-store.ts';
import type { SignalSink } from '../../ports/signals.ts';
import type { PartHealth } from '../../ports/source.ts';
import type { Check } from '../../watch-files/index.ts';
import { createCheckHealth } from './health.ts';
import { createHistory } from './history.ts';
import { createLead } from './lead.ts';
import type { PlannedWindows } from './maintenance.ts';
import type { AttemptResult } from './metrics.ts';
import type { Attempt, CheckStatus, Checks, Failure, Result } from './result.ts';
import { createRunner } from './runner.ts';
import { createSignalQueue } from './signal-queue.ts';
import { downSignal, unwatchedSignal, upSignal } from './signals.ts';
import { conditionOf, judge, noVerdict, type Verdict } from './verdict.ts';

export interface ChecksParts {
  store: HistoryStore & Pick<IncidentStore, 'unfinishedIncidents'>;
  lease: Lease;
  signals: SignalSink;
  attempt: Attempt;
  windows: PlannedWindows;
  clock: Clock;
  log: Logger;
  /** Counts attempts. */
  count(result: AttemptResult): void;
  /** Called with the name of a check that has a new result. */
  onResult?(name: string): void;
}

export interface RunningChecks extends Checks {
  /**
   * Watches these checks from now on. A check whose definition is the same keeps its state.
   * @param isWhole false: there may be further checks, so that incidents of unknown checks stay open
   */
  replace(checks: readonly Check[], isWhole?: boolean): void;
  /** The checks that this program runs: all, or none while it stands by. */
  running(): readonly CheckStatus[];
  health(): PartHealth;
  /** Aborts attempts, and writes the history. */
  stop(): Promise<void>;
}

const flushMs = 60_000;
/** A failing check that is not down yet is tried again after this time. Milliseconds. */
const retryMs = 10_000;
/** The incident of a check that fails in another way is updated at most this often. Milliseconds. */
const updateMs = 300_000;
/** A failing check is tried again so long after the end of a maintenance window. Milliseconds. */
const afterWindowMs = 1_000;

interface Watched {
  check: Check;
  verdict: Verdict;
  last: Result | null;
  /** What people were last told; null: nothing since this program runs the checks. */
  told: 'up' | 'down' | null;
  /** The failure that people were last told of, and when. */
  toldFailure: Failure | null;
  toldAt: number;
}

/** Runs the checks while this program has the lease, and tells people what is down. */
export function createChecks(parts: ChecksParts): RunningChecks {
  const { store, clock, log, windows } = parts;
  let watched = new Map<string, Watched>();
  let flushedAt = clock.monotonic();
  let isWhole = false;
  let stopped = false;
  /** Whether incidents of removed checks were ended since this program leads. */
  let leftovers: 'open' | 'ending' | 'ended' = 'open';
  const history = createHistory(store, log);
  const signals = createSignalQueue(parts.signals, log);
  const health = createCheckHealth(clock, parts.count);
  const runner = createRunner({
    ...{ clock, log, attempt: parts.attempt, onResult: take },
    onDropped: () => health.count('dropped'),
  });
  const lead = createLead({
    ...{ lease: parts.lease, clock, log },
    onBegin() {
      history.forget();
      watched = new Map([...watched.values()].map(({ check }) => [check.name, fresh(check)]));
      runner.add([...watched.values()].map(({ check }) => check));
      log.info({ checks: watched.size }, 'the checks run in this program');
      leftovers = 'open';
    },
    onEnd() {
      runner.remove([...watched.keys()]);
      history.forget();
      signals.forget();
      log.warn('this program runs the checks no longer: another one does, or the store is unavailable');
    },
    onRound() {
      void signals.retry();
      void endLeftovers();
      if (watched.size === 0 && leftovers !== 'ending' && (leftovers === 'ended' || !isWhole) && signals.isEmpty()) {
        lead.stop();
        return;
      }
      if (clock.monotonic() - flushedAt < flushMs) return;
      flushedAt = clock.monotonic();
      void history.flush();
    },
  });

  /** Without checks this program leads only until the incidents of removed ones have ended. */
  async function leadForLeftovers(): Promise<void> {
    if (leftovers === 'ended' || !isWhole) return;
    // While the store is unavailable, the rounds look again.
    const isNeeded = await namesWithIncident(store, 'check').then(
      (names) => names.length > 0,
      () => true,
    );
    if (isNeeded && !stopped) lead.start();
  }

  /** Ends incidents of checks that were removed while no program ran. Called each round, for an unavailable store. */
  async function endLeftovers(): Promise<void> {
    if (leftovers !== 'open' || !isWhole) return;
    leftovers = 'ending';
    try {
      for (const name of await namesWithIncident(store, 'check')) {
        if (!watched.has(name)) signals.send(unwatchedSignal(name, null, clock.now()));
      }
      leftovers = 'ended';
    } catch (error) {
      leftovers = 'open';
      log.warn({ err: error }, 'open incidents of removed checks were not looked for');
    }
  }

  /** Returns after how many milliseconds the check is tried again; null: at its next turn. */
  function take({ name }: Check, result: Result): number | null {
    const each = watched.get(name);
    if (each === undefined || !lead.leads()) return null;
    const { check, verdict: before } = each;
    const now = clock.now();
    const windowEnd = windows.openUntil(name, now);
    health.count(result.failure === null ? 'good' : 'failed');
    if (windowEnd === null) history.add(name, result);
    const verdict = judge(before, check.fail, result);
    each.verdict = verdict;
    each.last = result;
    parts.onResult?.(name);
    if (verdict.is === 'up') tellUp(each, before, now);
    if (verdict.is === 'down' && windowEnd === null && result.failure !== null) tellDown(each, result.failure, now);
    if (result.failure === null) return null;
    const waits = [
      ...(check.fail.ofMs === null && verdict.is !== 'down' ? [retryMs] : []),
      ...(windowEnd === null ? [] : [windowEnd - now + afterWindowMs]),
    ].filter((ms) => ms < check.everyMs);
    return waits.length === 0 ? null : Math.min(...waits);
  }

  function tellUp(each: Watched, before: Verdict, now: number): void {
    if (each.told === 'up') return;
    signals.send(upSignal(each.check, before, each.toldFailure, each.last?.note ?? '', now));
    each.told = 'up';
  }

  function tellDown(each: Watched, failure: Failure, now: number): void {
    const isOther = failure.text !== each.toldFailure?.text;
    if (each.told === 'down' && !(isOther && clock.monotonic() - each.toldAt >= updateMs)) return;
    signals.send(downSignal(each.check, each.verdict, failure, now));
    Object.assign(each, { told: 'down', toldFailure: failure, toldAt: clock.monotonic() } satisfies Partial<Watched>);
  }

  function replace(checks: readonly Check[], whole = true): void {
    isWhole = whole;
    const before = watched;
    const added: Check[] = [];
    const sorted = checks.toSorted((one, other) => (one.name < other.name ? -1 : 1));
    watched = new Map(
      sorted.map((check) => {
        const known = before.get(check.name);
        if (known !== undefined && isSame(known.check, check)) return [check.name, Object.assign(known, { check })];
        added.push(check);
        return [check.name, fresh(check)];
      }),
    );
    const gone = [...before.values()].filter((each) => watched.get(each.check.name) !== each);
    runner.remove(gone.map(({ check }) => check.name));
    if (lead.leads()) {
      runner.add(added);
      if (!isWhole) leftovers = 'open';
      for (const { check, told } of isWhole ? gone : []) {
        const isOpen = told !== 'up' && !watched.has(check.name);
        if (isOpen) signals.send(unwatchedSignal(check.name, check.channel, clock.now()));
      }
    }
    if (watched.size > 0) lead.start();
    else {
      void history.flush();
      void leadForLeftovers();
    }
  }

  function statusOf({ check, verdict, last }: Watched): CheckStatus {
    const now = clock.now();
    const inMaintenance = windows.inMaintenance(check.name, now);
    return { check, ...conditionOf(verdict, inMaintenance), last, nextAt: now + (runner.dueIn(check.name) ?? 0) };
  }

  const list = () => [...watched.values()].map(statusOf);
  const running = () => (lead.leads() ? list() : []);

  return {
    replace,
    list,
    running,
    find(name) {
      const found = watched.get(name);
      return found === undefined ? null : statusOf(found);
    },
    async runNow(name) {
      if (!watched.has(name)) throw new NotFound(`There is no check "${name}". Look at /ultronex/checks.`);
      if (!lead.leads()) throw new WrongState(`This program runs no checks: it ${waitsForLease}.`);
      return runner.runNow(name);
    },
    health: () =>
      health.of({
        ...{ checks: watched.size, down: running().filter(({ state }) => state === 'down').length },
        ...{ leads: lead.leads(), waitsMs: runner.waitsMs() },
      }),
    async stop() {
      stopped = true;
      lead.stop();
      runner.remove([...watched.keys()]);
      await history.flush();
      await history.flush();
    },
  };
}

function fresh(check: Check): Watched {
  return { check, verdict: noVerdict, last: null, told: null, toldFailure: null, toldAt: 0 };
}

/** Returns whether attempts at two checks mean the same. Whom to tell may differ. */
function isSame(one: Check, other: Check): boolean {
  const meaning = ({ everyMs, withinMs, fail, probe }: Check) => JSON.stringify([everyMs, withinMs, fail, probe]);
  return meaning(one) === meaning(other);
}
