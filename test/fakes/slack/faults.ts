import type { FakeCall, Json } from './types.ts';

interface FaultTarget {
  /** Web API method, or `upload`, `download`, `response_url`. Default: any. */
  method?: string;
  /** The channel as the call names it, or its id. Default: any. */
  channel?: string;
  team?: string;
  /** How often it strikes; Infinity is fine. Default 1. */
  times?: number;
  /** 0..1, per matching call. Default 1. */
  probability?: number;
}

export type FaultKind =
  | { kind: 'status'; status: number; retryAfterS?: number }
  /** `extra`: what else the answer says, such as `response_metadata`. */
  | { kind: 'error'; error: string; extra?: Json }
  | { kind: 'delay'; ms: number }
  | { kind: 'drop' | 'drop-after' | 'timeout-after' | 'html' };

export type FaultSpec = FaultTarget & FaultKind;

export interface FaultHandle {
  readonly spec: FaultSpec;
  readonly hits: number;
  remove(): void;
}

export interface Faults {
  add(spec: FaultSpec): FaultHandle;
  /** Faults that never struck, removed ones included. */
  unmet(): FaultSpec[];
  /** Throws, naming each fault that never struck. */
  expectAllFaultsHit(): void;
  /** Forgets all of them. */
  clear(): void;
}

interface Fault {
  spec: FaultSpec;
  hits: number;
  removed: boolean;
}

/** `take` answers the first fault that strikes this call and counts it. */
export function createFaults(random: () => number): Faults & {
  take(call: FakeCall, channelNames: () => string[]): FaultSpec | undefined;
} {
  let faults: Fault[] = [];
  const unmet = () => faults.filter((fault) => fault.hits === 0).map((fault) => fault.spec);
  return {
    add(spec) {
      const fault: Fault = { spec, hits: 0, removed: false };
      faults.push(fault);
      return {
        spec,
        get hits() {
          return fault.hits;
        },
        remove() {
          fault.removed = true;
        },
      };
    },
    unmet,
    expectAllFaultsHit() {
      const left = unmet();
      if (left.length > 0) throw new Error(`faults that never struck: ${left.map((spec) => JSON.stringify(spec))}`);
    },
    clear() {
      faults = [];
    },
    take(call, channelNames) {
      const struck = faults.find((fault) => strikes(fault, call, channelNames, random));
      if (struck) struck.hits += 1;
      return struck?.spec;
    },
  };
}

function strikes({ spec, hits, removed }: Fault, call: FakeCall, channelNames: () => string[], random: () => number) {
  if (removed || hits >= (spec.times ?? 1)) return false;
  if (spec.method !== undefined && spec.method !== call.method) return false;
  if (spec.team !== undefined && spec.team !== call.team) return false;
  if (spec.channel !== undefined && !channelNames().includes(spec.channel)) return false;
  return spec.probability === undefined || random() < spec.probability;
}
