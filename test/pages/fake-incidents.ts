import type { Page, Route } from 'playwright-core';

type Json = Record<string, unknown>;

const minute = 60_000;
/** The time some minutes ago. */
export const ago = (minutes: number) => new Date(Date.now() - minutes * minute).toISOString();
export const person = (name: string) => ({ kind: 'user', name });
const card = (end: number) => ({
  id: `0199aaaa-0000-7000-8000-${String(end).padStart(12, '0')}`,
  state: 'sent',
  permalink: `https://example.slack.com/archives/C2/p${end}`,
});

/** An incident that began 130 minutes ago, as the API returns it. */
export function incident(number: number, title: string, more: Json = {}): Json {
  return {
    number,
    title,
    ...{ source: 'alertmanager', severity: 'warning', state: 'firing', status: 'firing' },
    ...{ startedAt: ago(130), openedAt: ago(129), resolvedAt: null, durationSeconds: 7_800 },
    channel: '#alerts',
    about: '',
    ...{ alerts: [], more: 0, links: [], labels: {} },
    ...{ acknowledged: null, silenced: null, resolvedBy: null, reminding: true, flappingSince: null, toldAt: ago(129) },
    card: card(number),
    ...more,
  };
}
export const resolved = (minutes: number, by: Json | null = null): Json => ({
  ...{ state: 'resolved', status: 'resolved', severity: 'error', resolvedAt: ago(minutes), resolvedBy: by },
  durationSeconds: (130 - minutes) * 60,
});

const program = { kind: 'program', name: 'ultronex' };
export const entry = (minutes: number, kind: string, actor: Json = program, text = ''): Json => ({
  at: ago(minutes),
  kind,
  actor,
  text,
});

interface Fake {
  incidents: Json[];
  history: Json[];
  maintenance: Json[];
  /** What the ledger says of every card, besides its id. */
  delivery: Json;
  /** Set: the response to every action. */
  refusal: { status: number; json: Json } | null;
  /** What was asked for, besides reading: `POST 3/ack {}`. */
  readonly asked: string[];
}

/** Answers for the routes of incidents in a page under test. */
export function fakeIncidents(incidents: Json[], more: Partial<Fake> = {}): Fake {
  const delivery = { state: 'sent', pending: null, error: null, attempts: 1, warnings: [] };
  return { incidents, history: [], maintenance: [], delivery, refusal: null, ...more, asked: [] };
}

const found = (fake: Fake, params: URLSearchParams) => {
  const state = params.get('state') ?? 'all';
  const search = params.get('search')?.toLowerCase() ?? '';
  return fake.incidents
    .filter((each) => state === 'all' || (each.state === 'resolved') === (state === 'resolved'))
    .filter(({ title }) => String(title).toLowerCase().includes(search))
    .sort((one, other) => Number(other.number) - Number(one.number));
};
const changes: Record<string, (body: Json) => Json> = {
  ack: () => ({ state: 'acknowledged', acknowledged: { by: person('ada'), at: ago(0) } }),
  silence: (body) =>
    body.for === 'off'
      ? { state: 'firing', silenced: null }
      : { state: 'silenced', silenced: { by: person('ada'), at: ago(0), until: body.for === '1h' ? ago(-60) : null } },
  'stop-reminding': () => ({ reminding: false }),
  resolve: () => resolved(0, person('ada')),
};

function answer(
  fake: Fake,
  method: string,
  path: string,
  params: URLSearchParams,
  body: Json,
): { status?: number; json: unknown } {
  const [, number, action] = /^\/(\d+)(?:\/(.+))?$/.exec(path) ?? [];
  if (method !== 'GET') {
    fake.asked.push(`${method} ${path.slice(1)} ${JSON.stringify(body)}`);
    if (fake.refusal !== null) return fake.refusal;
  }
  if (path === '/maintenance') {
    fake.maintenance = [];
    return { json: { msg: 'Maintenance has ended.' } };
  }
  if (number === undefined) {
    const all = found(fake, params);
    const limit = Number(params.get('limit') ?? 50);
    const from = Number(params.get('cursor') ?? 0);
    const next = all.length > from + limit ? String(from + limit) : null;
    return { json: { incidents: all.slice(from, from + limit), next, maintenance: fake.maintenance } };
  }
  const one = fake.incidents.find((each) => each.number === Number(number));
  if (one === undefined) return { status: 404, json: { msg: `There is no incident ${number}.` } };
  if (action === undefined) return { json: { ...one, history: fake.history } };
  Object.assign(one, changes[action]?.(body));
  return { json: { msg: `Incident ${number}: done.`, incident: one } };
}

/** Lets the page under test talk to the fake. */
export async function serve(page: Page, fake: Fake): Promise<void> {
  const reply = (route: Route) => {
    const request = route.request();
    const { pathname, searchParams } = new URL(request.url());
    if (request.resourceType() === 'document') return route.continue();
    const path = pathname.replace('/ultronex/incidents', '');
    return route.fulfill(answer(fake, request.method(), path, searchParams, (request.postDataJSON() ?? {}) as Json));
  };
  await page.route(/\/ultronex\/incidents(\/|\?|$)/, reply);
  await page.route(/\/ultronex\/messages\/0199aaaa/, (route) => route.fulfill({ json: fake.delivery }));
}
