import type { Clock } from '../../domain/clock.ts';
import type { Container } from './container.ts';

/** An edge of the map: names of two containers, with requests and bytes per second. */
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

interface TrafficReading {
  at: number;
  /** By backend. */
  backends: Map<string, Sums>;
}

const answerMs = 2_000;
/** Shortest and longest time between two readings for a rate: a shorter one is imprecise, a longer one is not current. */
const apartMs = 2_000;
const longestMs = 120_000;
const metric = /^haproxy_backend_(http_requests_total|bytes_in_total|bytes_out_total)\{proxy="([^"]+)"[^}]*\} (\S+)/gm;

/** Parses HAProxy's metrics: requests and bytes by backend, since its start. */
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

/** Returns the container of a backend, or null: the backends `ultronex` and `slack_ultronex` lead to the service `ultronex`. */
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
  /** Resolves with HAProxy's traffic since the previous reading; empty for the first one, or without HAProxy's answer. */
  read(containers: readonly Container[]): Promise<Traffic[]>;
}

/** @param url address of HAProxy's metrics; without one, there is no traffic to show */
export function createTraffic(url: string | undefined, clock: Clock): TrafficReader {
  let before: TrafficReading | null = null;
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

/** Returns rates per second. Skips counters that were reset or are new. */
function difference(before: TrafficReading, now: TrafficReading): Map<string, Sums> {
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
