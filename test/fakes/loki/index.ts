import { type FakeReply, type FakeServer, jsonReply, startFakeServer, textReply } from '../http-server.ts';

interface Entry {
  labels: Record<string, string>;
  ns: bigint;
  line: string;
}

export interface FakeLoki extends FakeServer {
  /** Stores a line. @param ms since the epoch; digits after the point are kept as nanoseconds. */
  push(labels: Record<string, string>, ms: number, line: string): void;
}

/** Loki's defaults: limit and direction of a query, and `max_entries_limit_per_query`. */
const defaults = { limit: 100, direction: 'backward', most: 5_000 };

/**
 * Loki's `GET /loki/api/v1/query_range` for stream selectors with `=` (grafana.com/docs/loki/latest/reference/loki-http-api).
 * `start` is included, `end` is not. The limit counts the lines of all streams, from the end where the direction begins.
 */
export async function startFakeLoki(): Promise<FakeLoki> {
  const entries: Entry[] = [];
  const server = await startFakeServer(({ method, url: { pathname, searchParams } }) => {
    if (pathname !== '/loki/api/v1/query_range') return textReply('404 page not found\n', 404);
    return method === 'GET' ? query(entries, searchParams) : textReply('method not allowed', 405);
  });
  return Object.assign(server, {
    push(labels: Record<string, string>, ms: number, line: string) {
      entries.push({ labels, ns: BigInt(Math.round(ms * 1_000)) * 1_000n, line });
    },
  });
}

function query(entries: readonly Entry[], search: URLSearchParams): FakeReply {
  const wanted = matchersOf(search.get('query') ?? '');
  if (wanted === null) return textReply('parse error at line 1, col 1: syntax error: unexpected $end', 400);
  const [start, end] = ['start', 'end'].map((name) => timeOf(search.get(name)));
  if (start === undefined || end === undefined) return textReply('could not parse the time', 400);
  if (end < start) return textReply('end timestamp must not be before or equal to start time', 400);
  const limit = Number(search.get('limit') ?? defaults.limit);
  if (!Number.isInteger(limit) || limit < 1) return textReply('limit must be a positive value', 400);
  if (limit > defaults.most) {
    return textReply(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${defaults.most})`,
      400,
    );
  }
  const direction = (search.get('direction') ?? defaults.direction).toLowerCase();
  if (direction !== 'forward' && direction !== 'backward') return textReply(`invalid direction '${direction}'`, 400);
  const sign = direction === 'forward' ? 1 : -1;
  const found = entries
    .filter(({ ns, labels }) => ns >= start && ns < end && wanted.every(([name, value]) => labels[name] === value))
    .sort((a, b) => sign * Number(a.ns - b.ns))
    .slice(0, limit);
  const result = [...groupBy(found).values()].map((each) => ({
    stream: each[0]?.labels,
    values: each.map(({ ns, line }) => [String(ns), line]),
  }));
  return jsonReply({ status: 'success', data: { resultType: 'streams', result, stats: {} } });
}

const keyOf = ({ labels }: Entry) => JSON.stringify(labels);

function groupBy(entries: readonly Entry[]): Map<string, Entry[]> {
  const streams = new Map<string, Entry[]>();
  for (const entry of entries) streams.set(keyOf(entry), [...(streams.get(keyOf(entry)) ?? []), entry]);
  return streams;
}

/** Parses `{name="value", …}`; null when it is anything else. */
function matchersOf(selector: string): [name: string, value: string][] | null {
  const matcher = /\s*([a-zA-Z_]\w*)\s*=\s*("(?:[^"\\\n]|\\.)*")\s*(,|$)/y;
  const inside = /^\s*\{([\s\S]*)\}\s*$/.exec(selector)?.[1];
  if (inside === undefined) return null;
  const found: [string, string][] = [];
  while (matcher.lastIndex < inside.length) {
    const [, name = '', quoted = ''] = matcher.exec(inside) ?? [];
    if (name === '') return null;
    // Go's escapes are JSON's, as far as a client needs them.
    found.push([name, JSON.parse(quoted)]);
  }
  // Loki refuses a selector that could match every stream.
  return found.some(([, value]) => value !== '') ? found : null;
}

/** Nanoseconds, seconds with a point, or RFC 3339. */
function timeOf(written: string | null): bigint | undefined {
  if (written === null) return undefined;
  if (/^\d+$/.test(written)) return written.length <= 10 ? BigInt(written) * 1_000_000_000n : BigInt(written);
  const ms = /^\d+\.\d+$/.test(written) ? Number(written) * 1_000 : Date.parse(written);
  return Number.isNaN(ms) ? undefined : BigInt(Math.round(ms)) * 1_000_000n;
}
