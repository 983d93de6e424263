import { NotFound } from '../../../src/domain/errors.ts';
import { bucketOf } from '../../../src/domain/latency.ts';
import type { BeatStatus } from '../../../src/modules/watch/beats/types.ts';
import type { CheckStatus, Checks, Result } from '../../../src/modules/watch/result.ts';
import type { HistoryStore, Rollup } from '../../../src/ports/history-store.ts';
import type { Beat, Check, HttpProbe } from '../../../src/watch-files/index.ts';

/** 29 November 2026, 12:30 UTC. */
export const noon = Date.UTC(2026, 10, 29, 12, 30);

const http: HttpProbe = {
  ...{ kind: 'http', url: 'https://shop.example.com/health?key=secret', method: 'GET', headers: {}, body: null },
  ...{ redirects: 5, verify: true, family: null, status: [{ from: 200, to: 299 }], text: null, json: {} },
};

export function check(name: string, more: Partial<Check> = {}): Check {
  return {
    ...{ name, place: `watch/my.yaml, check "${name}"`, channel: null, severity: null, notify: null, fix: null },
    ...{ everyMs: 60_000, withinMs: 10_000, fail: { count: 3, ofMs: null }, probe: http },
    ...more,
  };
}

export const fine: Result = { at: noon - 12_000, ms: 84.4, failure: null, note: '200 in 84 ms', ownFault: false };
export const broken: Result = {
  ...{ at: noon - 5_000, ms: null, note: '', ownFault: false },
  failure: { phase: 'connect', text: 'Nothing listens at <shop>:443.', severity: 'critical' },
};

export function status(name: string, more: Partial<CheckStatus> = {}): CheckStatus {
  return { check: check(name), state: 'up', since: noon - 3_600_000, last: fine, nextAt: noon + 48_000, ...more };
}

/** Checks as they are given. `ran`: the names that were asked for. */
export function fakeChecks(
  list: CheckStatus[],
  result: Result = fine,
): Checks & { list(): CheckStatus[]; ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    list: () => list,
    find: (name) => list.find(({ check }) => check.name === name) ?? null,
    async runNow(name) {
      if (!list.some(({ check }) => check.name === name)) throw new NotFound(`There is no check "${name}".`);
      ran.push(name);
      return result;
    },
  };
}

/** A history in memory. `reads`: what was asked for. */
export function fakeHistory(rollups: Rollup[] = []): Pick<HistoryStore, 'rollups'> & { reads: [number, string][] } {
  const reads: [number, string][] = [];
  return {
    reads,
    async rollups(checks, span, from) {
      reads.push([checks.length, span]);
      return rollups.filter((each) => checks.includes(each.check) && each.span === span && each.from >= from);
    },
  };
}

/** @param ms latency of each success */
export function rollup(name: string, span: Rollup['span'], from: number, total: number, up: number, ms = 80): Rollup {
  return { check: name, span, from, total, up, latencies: up === 0 ? {} : { [bucketOf(ms)]: up } };
}

export function beat(name: string, more: Partial<BeatStatus> = {}): BeatStatus {
  const of: Beat = {
    ...{ name, place: '', channel: null, severity: null, notify: null, fix: null },
    ...{ schedule: { kind: 'every', everyMs: 300_000 }, graceMs: 60_000, startGraceMs: 60_000 },
  };
  return {
    ...{ beat: of, state: 'ok', problem: null, lastAt: noon, lastRunMs: null, exitCode: null, log: '', dueAt: noon },
    ...more,
  };
}
