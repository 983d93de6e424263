import type { FaultSpec, Faults } from './faults.ts';
import type { FakeCall, Json } from './types.ts';
import type { State } from './world.ts';

/** What a client sent along with a server and the API never gives back. */
export interface ServerStart {
  userData: string;
  sshKeys: { name: string; public_key: string }[];
}

/** What stands behind the answers. Without them nothing does. */
export interface Hooks {
  /**
   * Starts the machine behind a new (or rebuilt) server; `server` is as the API shows it. `create_server` runs until
   * this resolves and fails when it rejects. Another `ipv4` than the server's own becomes the server's.
   */
  onServerCreate?: (server: Json, start: ServerStart) => Promise<{ ipv4?: string } | undefined>;
  onServerDelete?: (server: Json) => Promise<void>;
  /** Copies the machine for a snapshot; a later server from it has this `image.id`. */
  onImageCreate?: (server: Json, image: Json) => Promise<void>;
  /** Gives the machine the device behind `volume.linux_device`, and takes it away. */
  onVolumeAttach?: (server: Json, volume: Json) => Promise<void>;
  onVolumeDetach?: (server: Json, volume: Json) => Promise<void>;
}

export interface FakeHetznerOptions extends Hooks {
  /** The one that is taken; 64 characters for the Terraform provider. */
  token: string;
  /** Default 127.0.0.1. */
  host?: string;
  /** Default 0: any free one. */
  port?: number;
  /** Before every answer. Default 0. */
  latencyMs?: number;
  faults?: FaultSpec[];
  /** How often an action still answers `running` when it is asked for. Default 1; 0: it is over at once. */
  actionPolls?: number;
  /** Default: nobody is refused; the headers then say 3600, as Hetzner's limit. */
  requestsPerHour?: number;
  /** Where IPv4 addresses are taken from. Default 203.0.113.0/24. */
  ipv4Range?: string;
  /** `datacenter` in servers and primary IPs, and /datacenters, as until October 2026: old clients crash without it. */
  datacenters?: boolean;
  now?: () => number;
}

export interface FakeHetzner {
  /** For HCLOUD_ENDPOINT; ends with /v1. */
  readonly url: string;
  readonly state: State;
  readonly calls: FakeCall[];
  readonly faults: Faults;
  /** The calls of a method and a path like `/servers`, oldest first. */
  callsOf(method: string, path: string): FakeCall[];
  stop(): Promise<void>;
}
