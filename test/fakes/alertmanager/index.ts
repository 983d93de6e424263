import { randomUUID } from 'node:crypto';
import { type FakeReply, type FakeRequest, type FakeServer, jsonReply, startFakeServer } from '../http-server.ts';

interface Matcher {
  name: string;
  value: string;
  isRegex: boolean;
  isEqual: boolean;
}

export interface FakeSilence {
  id: string;
  matchers: Matcher[];
  startsAt: string;
  endsAt: string;
  createdBy: string;
  comment: string;
}

export interface FakeAlertmanager extends FakeServer {
  /** By id, also ended ones. Delete one to make Alertmanager forget it. */
  silences: Map<string, FakeSilence>;
  /** Ids of those that are in force. */
  active(): string[];
}

/**
 * Alertmanager's silences, API v2 (api/v2/openapi.yaml and silence/silence.go of prometheus/alertmanager). Statuses and texts
 * are those of Alertmanager 0.28.1.
 */
export async function startFakeAlertmanager(now: () => number = Date.now): Promise<FakeAlertmanager> {
  const silences = new Map<string, FakeSilence>();
  const server = await startFakeServer((request) => {
    const { method, url } = request;
    if (url.pathname === '/api/v2/silences') {
      if (method === 'POST') return post(silences, request, now());
      return jsonReply([...silences.values()].map((each) => shown(each, now())));
    }
    const [, id] = /^\/api\/v2\/silence\/([^/]+)$/.exec(url.pathname) ?? [];
    if (id === undefined) return jsonReply({ code: 404, message: `path ${url.pathname} was not found` }, 404);
    if (!isUuid(id)) return invalid(601, `silenceID in path must be of type uuid: "${decodeURIComponent(id)}"`);
    const silence = silences.get(id);
    if (silence === undefined) return { status: 404 };
    if (method === 'GET') return jsonReply(shown(silence, now()));
    if (method !== 'DELETE') return jsonReply({ code: 405, message: `method ${method} is not allowed` }, 405);
    if (stateOf(silence, now()) !== 'expired') expire(silence, now());
    return { status: 200 };
  });
  return Object.assign(server, {
    silences,
    active: () => [...silences.values()].filter((each) => stateOf(each, now()) === 'active').map(({ id }) => id),
  });
}

function post(silences: Map<string, FakeSilence>, { headers, body }: FakeRequest, now: number): FakeReply {
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) {
    return invalid(
      415,
      `unsupported media type "${headers['content-type'] ?? ''}", only [application/json] are allowed`,
      415,
    );
  }
  const given = parse(body);
  if (given === null) return jsonReply({ code: 400, message: 'parsing silence body failed: invalid JSON' }, 400);
  for (const field of ['matchers', 'startsAt', 'endsAt', 'createdBy', 'comment'] as const) {
    if (given[field] === undefined || given[field] === null) return invalid(602, `${field} in body is required`);
  }
  const { matchers = [], startsAt = '', endsAt = '', createdBy = '', comment = '', id = '' } = given;
  if (!Array.isArray(matchers) || matchers.length < 1) {
    return invalid(612, 'matchers in body should have at least 1 items');
  }
  for (const [at, { name, value, isRegex }] of matchers.entries()) {
    for (const [field, content] of Object.entries({ name, value, isRegex })) {
      if (content === undefined) return invalid(602, `matchers.${at}.${field} in body is required`);
    }
  }
  const [start, end] = [Date.parse(startsAt), Date.parse(endsAt)];
  if (Number.isNaN(start) || Number.isNaN(end)) return invalid(601, 'startsAt in body must be of type date-time');
  const refused = (why: string) => jsonReply(`Failed to create silence: ${why}`, 400);
  if (start >= end) return refused('start time must be before end time');
  if (end < now) return refused("end time can't be in the past");
  // It keeps an ended silence for 120 h, and its times end with the year 9999.
  if (end + 120 * 3_600_000 >= Date.parse('+010000-01-01')) return jsonReply('timestamp: … after 10000-01-01.', 400);
  // Names of labels may be any UTF-8.
  const wrong = matchers.findIndex(({ name }) => name === '');
  if (wrong !== -1) {
    return jsonReply(
      `invalid silence: invalid label matcher ${wrong}: invalid label name "${matchers[wrong]?.name}"`,
      400,
    );
  }
  if (matchers.every(({ value, isEqual = true }) => value === '' && isEqual)) {
    return jsonReply('invalid silence: at least one matcher must not match the empty string', 400);
  }
  const before = silences.get(id);
  if (id !== '' && before === undefined) return jsonReply('silence not found', 404);
  const whole = matchers.map(({ name, value, isRegex, isEqual = true }) => ({ name, value, isRegex, isEqual }));
  // Changed matchers end the old silence and make a new one.
  const same = before !== undefined && JSON.stringify(before.matchers) === JSON.stringify(whole);
  const updates = same && stateOf(before, now) !== 'expired';
  if (before !== undefined && !updates && stateOf(before, now) !== 'expired') expire(before, now);
  const silenceID = updates ? id : randomUUID();
  const from = updates ? before.startsAt : iso(Math.max(start, now));
  silences.set(silenceID, { id: silenceID, matchers: whole, startsAt: from, endsAt, createdBy, comment });
  return jsonReply({ silenceID });
}

function parse(body: string): Partial<FakeSilence> | null {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

const iso = (ms: number) => new Date(ms).toISOString();
const isUuid = (text: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
const invalid = (code: number, message: string, status = 422) => jsonReply({ code, message }, status);

function stateOf({ startsAt, endsAt }: FakeSilence, now: number): 'pending' | 'active' | 'expired' {
  if (now < Date.parse(startsAt)) return 'pending';
  return now >= Date.parse(endsAt) ? 'expired' : 'active';
}

function expire(silence: FakeSilence, now: number): void {
  if (stateOf(silence, now) === 'pending') silence.startsAt = iso(now);
  silence.endsAt = iso(now);
}

const shown = (silence: FakeSilence, now: number) => ({
  ...{ ...silence, updatedAt: silence.startsAt },
  status: { state: stateOf(silence, now) },
});
