/** A refusal, a delay or a lost answer for the next requests, or the failure of the next action. */
export interface FaultSpec {
  /** GET, POST …; any when not said. */
  method?: string;
  /** As in the reference, without /v1: `/servers/{id}/actions/poweron`. Any when not said. */
  path?: string;
  /** Instead of method and path: the next action of this command ends in error. */
  action?: string;
  /** Default 500. */
  status?: number;
  /** Default `server_error`. Without code and status a `lost` or `delayMs` alone lets the request be done. */
  code?: string;
  message?: string;
  /** Seconds for a Retry-After header. */
  retryAfterS?: number;
  /** The request is done, its answer never arrives. */
  lost?: boolean;
  delayMs?: number;
  /** Default 1; Infinity is fine. */
  times?: number;
}

export interface Faults {
  add(spec: FaultSpec): void;
  /** Those that never struck. */
  unmet(): FaultSpec[];
  clear(): void;
  /** The first that strikes this request, counted. `route` is the pattern of the route that would answer. */
  takeRequest(method: string, path: string, route: string | undefined): FaultSpec | undefined;
  takeAction(command: string): FaultSpec | undefined;
}

export function createFaults(start: readonly FaultSpec[] = []): Faults {
  let faults = start.map((spec) => ({ spec, hits: 0 }));
  const take = (strikes: (spec: FaultSpec) => boolean) => {
    const struck = faults.find(({ spec, hits }) => hits < (spec.times ?? 1) && strikes(spec));
    if (struck) struck.hits += 1;
    return struck?.spec;
  };
  return {
    add: (spec) => void faults.push({ spec, hits: 0 }),
    unmet: () => faults.filter(({ hits }) => hits === 0).map(({ spec }) => spec),
    clear() {
      faults = [];
    },
    takeRequest: (method, path, route) =>
      take(
        (spec) =>
          spec.action === undefined &&
          (spec.method === undefined || spec.method === method) &&
          (spec.path === undefined || spec.path === path || spec.path === route),
      ),
    takeAction: (command) => take((spec) => spec.action === command),
  };
}
