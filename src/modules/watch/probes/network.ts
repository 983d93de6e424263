import type { Resolve } from './lookup.ts';

/** What probes that connect need besides the attempt. */
export interface Network {
  resolve: Resolve;
  /** DNS servers; absent: the system's. */
  nameServers: readonly string[] | undefined;
  /** PEM of the authorities that are trusted; absent: Node's. */
  ca: string | undefined;
}
