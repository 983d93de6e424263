import type { Severity } from '../domain/severity.ts';
import type { Schedule } from './schedule.ts';

/** The content of one file or of all files, with defaults filled in. All lengths of time are milliseconds. */
export interface Plan {
  checks: readonly Check[];
  beats: readonly Beat[];
  heroku: readonly HerokuApp[];
  maintenance: readonly PlannedMaintenance[];
}

/** Most entries of a file, and of all files. */
export const most = { checks: 2_000, beats: 500, heroku: 100, maintenance: 50 };

/** What every watched thing has. */
export interface Watched {
  /** Its file and name, for people: `watch/shop.yaml, check "shop"`. */
  place: string;
  /** Of the card; null: the channel for alerts. */
  channel: string | null;
  /** Of its incidents; null: the one that fits the failure. */
  severity: Severity | null;
  /** Who is mentioned when the incident opens; null: nobody. */
  notify: string | null;
  /** The job that may mend it, as `domain/fix.ts` reads it; null: none. */
  fix: string | null;
}

export interface Check extends Watched {
  /** Unique among the checks of all files. */
  name: string;
  everyMs: number;
  /** Time limit of a whole attempt. */
  withinMs: number;
  /** It is down after so many failures: one after the other (`ofMs` null), or within a length of time. */
  fail: { count: number; ofMs: number | null };
  probe: Probe;
}

export type Probe = HttpProbe | TcpProbe | TlsProbe | DnsProbe | DockerProbe;

export interface HttpProbe {
  kind: 'http';
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | null;
  /** Redirects that are followed; 0: a redirect is the response. */
  redirects: number;
  /** Whether the certificate is verified. */
  verify: boolean;
  /** null: either. */
  family: 4 | 6 | null;
  /** Allowed status codes as ranges, both ends included. */
  status: readonly { from: number; to: number }[];
  /** The body contains it; null: anything. */
  text: string | null;
  /** Values by path: `status`, `data.0.state`. The body is JSON if there is any. */
  json: Readonly<Record<string, string | number | boolean | null>>;
}

export interface TcpProbe {
  kind: 'tcp';
  host: string;
  port: number;
}

export interface TlsProbe {
  kind: 'tls';
  host: string;
  port: number;
  /** A certificate of the chain that ends within so many days is a failure. */
  days: number;
}

export const recordTypes = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'TXT'] as const;
export interface DnsProbe {
  kind: 'dns';
  /** The name that is resolved. */
  host: string;
  type: (typeof recordTypes)[number];
  /** All expected values, in any order; null: at least one record. */
  values: readonly string[] | null;
  /** IP address, with or without port; null: the system's. */
  server: string | null;
}

export interface DockerProbe {
  kind: 'docker';
  /** Name of a container, or of a service of Docker Compose. */
  container: string;
}

/** Something that reports by itself. It is late when nothing came at a time of its schedule and the grace after it. */
export interface Beat extends Watched {
  /** Unique among the beats of all files. */
  name: string;
  schedule: Schedule;
  graceMs: number;
  /** Longest time from start to end. */
  startGraceMs: number;
}

export interface HerokuApp extends Watched {
  app: string;
  everyMs: number;
}

/** A time that returns, in which the failures of checks and late beats open no incident. */
export interface PlannedMaintenance {
  name: string;
  place: string;
  schedule: Schedule;
  forMs: number;
  /** Names of checks and beats; null: all. */
  of: readonly string[] | null;
}
