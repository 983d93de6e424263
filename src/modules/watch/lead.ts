import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import type { Lease } from '../../domain/lease.ts';

/** Time between two rounds. Milliseconds. */
const roundMs = 5_000;

export interface LeadParts {
  lease: Lease;
  clock: Clock;
  log: Logger;
  onBegin(): void;
  onEnd(): void;
  /** Called every few seconds while this program leads. */
  onRound(): void;
}

export interface Lead {
  start(): void;
  /** The lease ends by itself. Calls nothing. */
  stop(): void;
  leads(): boolean;
}

/** Holds the lease, or waits for it. While the store is unavailable, a lease counts until its end. */
export function createLead({ lease, clock, log, onBegin, onEnd, onRound }: LeadParts): Lead {
  let cancel = () => {};
  /** Changes with each start and stop. */
  let era = 0;
  let active = false;
  let leads = false;

  async function round(mine: number): Promise<void> {
    try {
      await lease.hold();
    } catch (error) {
      if (mine === era && leads) log.warn({ err: error }, 'the lease of the checks is not prolonged');
    }
    if (mine !== era) return;
    const had = leads;
    leads = lease.isHeld();
    if (leads && !had) onBegin();
    if (!leads && had) onEnd();
    if (leads) onRound();
    if (mine === era) cancel = clock.after(roundMs, () => void round(mine));
  }

  return {
    start() {
      if (active) return;
      active = true;
      era += 1;
      void round(era);
    },
    stop() {
      active = false;
      leads = false;
      era += 1;
      cancel();
    },
    // After the process was stopped for a while, another program may lead already.
    leads: () => leads && lease.isHeld(),
  };
}
