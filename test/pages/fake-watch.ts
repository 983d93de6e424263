import type { Page, Route } from 'playwright-core';

type Json = Record<string, unknown>;

const ago = (seconds: number) => new Date(Date.now() - seconds * 1_000).toISOString();

/** A check that is up, as the API returns it. */
export function check(name: string, more: Json = {}): Json {
  return {
    ...{ name, kind: 'http', target: `https://${name}.example.com/health`, state: 'up', since: ago(86_400) },
    last: { at: ago(12), ok: true, ms: 84, text: '200 in 84 ms', phase: null, severity: null },
    ...{ nextAt: ago(-48), everySeconds: 60 },
    uptime: { day: 1, week: 0.9999, days30: 0.9993, days90: 0.998 },
    latency: { p50: 80, p95: 240 },
    days: Array.from({ length: 90 }, (_, at) => (at < 20 ? null : at === 60 ? 0.97 : at === 75 ? 0.6 : 1)),
    hours: Array.from({ length: 24 }, (_, at) => (at === 5 ? null : 120 + ((at * 37) % 130))),
    ...more,
  };
}
export const failed = (text: string): Json => ({
  ...{ at: ago(5), ok: false, ms: null, text, phase: 'connect', severity: 'critical' },
});
export const beat = (name: string, more: Json = {}): Json => ({
  ...{
    name,
    state: 'ok',
    problem: null,
    schedule: '0 3 * * * (Europe/Berlin)',
    lastAt: ago(7_200),
    dueAt: ago(-79_000),
  },
  ...{ lastRunMs: 42_000, exitCode: 0, log: '' },
  ...more,
});

const withHistory = (one: Json) => ({
  ...one,
  ...{ place: `watch/my.yaml, check "${String(one.name)}"`, channel: '#ops' },
  bars: (one.days as (number | null)[]).map((share, at) => ({
    ...{ date: `day ${at}`, total: share === null ? 0 : 1_440, up: Math.round((share ?? 0) * 1_440) },
  })),
  latencies: (one.hours as (number | null)[]).map((p95, at) => ({
    ...{ from: ago((24 - at) * 3_600), p50: p95 === null ? null : p95 / 2, p95 },
  })),
  incidents: [
    { number: 12, title: `${String(one.name)} is down`, state: 'firing', openedAt: ago(600), resolvedAt: null },
    {
      number: 9,
      title: `${String(one.name)} is down`,
      state: 'resolved',
      openedAt: ago(90_000),
      resolvedAt: ago(88_000),
    },
  ],
});

interface Fake {
  checks: Json[];
  beats: Json[];
  maintenance: Json[];
  /** Set: the response to "Check now". */
  refusal: { status: number; json: Json } | null;
  /** What was asked for, besides reading. */
  readonly asked: string[];
}

/** Answers for the routes of checks in a page under test. */
export function fakeWatch(checks: Json[], more: Partial<Fake> = {}): Fake {
  return { checks, beats: [], maintenance: [], refusal: null, ...more, asked: [] };
}

function answer(fake: Fake, method: string, path: string, params: URLSearchParams): { status?: number; json: unknown } {
  if (path === 'watch') {
    const counts: Record<string, number> = { pending: 0, up: 0, failing: 0, down: 0, maintenance: 0 };
    for (const { state } of fake.checks) counts[String(state)] = (counts[String(state)] ?? 0) + 1;
    return { json: { checks: counts, beats: fake.beats, maintenance: fake.maintenance } };
  }
  const [, name, run] = /^checks\/([^/]+)(\/run)?$/.exec(path) ?? [];
  if (name === undefined) {
    const search = params.get('search')?.toLowerCase() ?? '';
    const state = params.get('state');
    const all = fake.checks
      .filter((each) => state === null || each.state === state)
      .filter((each) => `${String(each.name)} ${String(each.target)}`.toLowerCase().includes(search))
      .sort((one, other) => (String(one.name) < String(other.name) ? -1 : 1));
    const rest = all.filter((each) => String(each.name) > (params.get('cursor') ?? ''));
    const page = rest.slice(0, 200);
    const next = rest.length > 200 ? page.at(-1)?.name : null;
    return { json: { checks: page, next, total: all.length } };
  }
  const one = fake.checks.find((each) => each.name === decodeURIComponent(name));
  if (one === undefined) return { status: 404, json: { msg: `There is no check "${name}".` } };
  if (run === undefined) return { json: withHistory(one) };
  fake.asked.push(`${method} ${path}`);
  if (fake.refusal !== null) return fake.refusal;
  return { json: { msg: `${String(one.name)} is fine: 200 in 84 ms`, result: one.last } };
}

/** Lets the page under test talk to the fake. */
export async function serveWatch(page: Page, fake: Fake): Promise<void> {
  const reply = (route: Route) => {
    const request = route.request();
    const { pathname, searchParams } = new URL(request.url());
    if (request.resourceType() === 'document') return route.continue();
    return route.fulfill(answer(fake, request.method(), pathname.replace('/ultronex/', ''), searchParams));
  };
  await page.route(/\/ultronex\/(watch|checks)(\/|\?|$)/, reply);
}
