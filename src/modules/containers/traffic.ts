import type { Clock } from '../../domain/clock.ts';
import type { Container } from './container.ts';

/** One way on the map: container names, and what goes over it a second. */
interface Traffic {
  from: string;
  to: string;
  requestsPerSecond: number;
  bytesPerSecond: number;
}

interface Sums {
  requests: number;
  bytes: number;
}

interface Reading {
  at: number;
  /** By backend. */
  backends: Map<string, Sums>;
}

const answerMs = 2_000;
/** Two readings closer than this say little; those further apart do not say what goes on now. */
const apartMs = 2_000;
const longestMs = 120_000;
const metric = /^haproxy_backend_(http_requests_total|bytes_in_total|bytes_out_total)\{proxy="([^"]+)"[^}]*\} (\S+)/gm;

/** HAProxy's requests and bytes to each backend, summed since it started (its exporter's names). */
export function parseBackends(text: string): Map<string, Sums> {
  const backends = new Map<string, Sums>();
  for (const [, name, proxy = '', value] of text.matchAll(metric)) {
    const sums = backends.get(proxy) ?? { requests: 0, bytes: 0 };
    if (name === 'http_requests_total') sums.requests += Number(value);
    else sums.bytes += Number(value);
    backends.set(proxy, sums);
  }
  return backends;
}

/** The backend `ultronex` or `slack_ultronex` leads to the service `ultronex`; null: to none of these. */
export function containerOf(backend: string, containers: readonly Container[]): Container | null {
  const words = backend
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  const served = containers.filter(({ service }) => service !== 'haproxy');
  const exactly = served.find(({ service, name }) => backend === name || backend === service);
  return exactly ?? served.find(({ service }) => words.includes(service)) ?? null;
}

export interface TrafficReader {
  /** What went from HAProxy since the reading before; none for the first, or when HAProxy does not answer. */
  read(containers: readonly Container[]): Promise<Traffic[]>;
}

/** `url`: HAProxy's metrics; unset: there is never any traffic to show. */
export function createTraffic(url: string | undefined, clock: Clock): TrafficReader {
  let before: Reading | null = null;
  let rates = new Map<string, Sums>();
  let asking: Promise<void> | null = null;

  async function ask(address: string): Promise<void> {
    const response = await fetch(address, { signal: AbortSignal.timeout(answerMs) });
    if (!response.ok) throw new Error(`answer ${response.status}`);
    const now = { at: clock.monotonic(), backends: parseBackends(await response.text()) };
    if (before !== null) rates = difference(before, now);
    before = now;
  }

  return {
    async read(containers) {
      const from = containers.find(({ service, state }) => service === 'haproxy' && state === 'running');
      if (url === undefined || from === undefined) return [];
      if (before === null || clock.monotonic() - before.at >= apartMs) {
        asking ??= ask(url)
          .catch(() => {
            before = null;
            rates = new Map();
          })
          .finally(() => {
            asking = null;
          });
        await asking;
      }
      const edges = new Map<string, Traffic>();
      for (const [backend, { requests, bytes }] of rates) {
        const to = containerOf(backend, containers);
        if (to === null) continue;
        const edge = edges.get(to.name) ?? { from: from.name, to: to.name, requestsPerSecond: 0, bytesPerSecond: 0 };
        edge.requestsPerSecond += requests;
        edge.bytesPerSecond += bytes;
        edges.set(to.name, edge);
      }
      return [...edges.values()];
    },
  };
}

/** A second's worth; a counter that went back was restarted, and one that is new says nothing yet. */
function difference(before: Reading, now: Reading): Map<string, Sums> {
  const rates = new Map<string, Sums>();
  if (now.at - before.at > longestMs) return rates;
  const seconds = (now.at - before.at) / 1_000;
  for (const [backend, { requests, bytes }] of now.backends) {
    const old = before.backends.get(backend);
    if (old === undefined || requests < old.requests || bytes < old.bytes) continue;
    rates.set(backend, { requests: (requests - old.requests) / seconds, bytes: (bytes - old.bytes) / seconds });
  }
  return rates;
}
