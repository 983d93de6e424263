import type { Logger } from 'pino';
import type { Clock } from '../../domain/clock.ts';
import { NotFound, WrongState } from '../../domain/errors.ts';
import type { Incident } from '../../domain/incident.ts';
import { createLease } from '../../domain/lease.ts';
import type { IncidentStore, LeaseStore } from '../../ports/incident-store.ts';
import type { LedgerStore } from '../../ports/ledger-store.ts';
import type { AcceptStore } from '../../ports/unit-of-work.ts';
import type { DailyDigest } from './digest.ts';
import { due } from './due.ts';
import { type CardInLedger, entry, type Step } from './lifecycle.ts';
import type { Maintenance } from './maintenance.ts';
import type { Write } from './write.ts';

export interface UpkeepParts {
  store: AcceptStore & IncidentStore & LeaseStore & Pick<LedgerStore, 'delivery'>;
  clock: Clock;
  log: Logger;
  maintenance: Maintenance;
  write: Write;
  /** Resolves with what the thread gets besides the changes: log lines and the like. Null: nothing. Never rejects. */
  contextOf: ((incident: Incident) => Promise<string | null>) | null;
  digest: DailyDigest;
  remindMs: number | null;
}

const atOnce = 200;
/** Log lines are looked for one incident after another, and no longer than this in a round. Milliseconds. */
const contextWithinMs = 30_000;

/** Returns the round that one of the programs on a store makes: all that incidents need when time passes. */
export function createUpkeep(parts: UpkeepParts): () => Promise<void> {
  const { store, clock, log, maintenance, write, contextOf, digest, remindMs } = parts;
  const lease = createLease(store, 'incidents', clock);

  async function look(incident: Incident, inMaintenance: boolean): Promise<void> {
    const card: CardInLedger | null = incident.card === null ? null : await store.delivery(incident.card);
    const step = due(incident, card, { now: clock.now(), maintenance: inMaintenance, remindMs });
    if (step !== null) await commit(incident, step);
  }

  async function addContext(incident: Incident): Promise<void> {
    if (contextOf === null || incident.card === null) return;
    const text = await contextOf(incident);
    const now = clock.now();
    const next = { ...incident, contextDueAt: null };
    const found = text === null ? [] : [{ text, broadcast: false }];
    const history = text === null ? [] : [entry(now, 'context', text)];
    await commit(incident, { incident: next, card: 'none', history, replies: found, copies: false });
  }

  /** A change that came first is looked at in the next round. */
  async function commit(before: Incident, step: Omit<Step, 'msg'>): Promise<void> {
    try {
      await store.accept(write(before, step).unit);
    } catch (error) {
      if (!(error instanceof WrongState || error instanceof NotFound)) throw error;
      log.debug({ incident: before.number }, 'an incident was changed meanwhile');
    }
  }

  return async function round() {
    const now = clock.now();
    // Without anything to look at the round writes nothing.
    if (!digest.isOn && (await store.unfinishedIncidents(0, 1)).length === 0) return;
    if (!(await lease.hold())) return;
    const inMaintenance = await maintenance.isOpen(now);
    const endsAt = clock.monotonic() + contextWithinMs;
    let after = 0;
    for (;;) {
      const open = await store.unfinishedIncidents(after, atOnce);
      for (const incident of open) {
        // A round may last longer than the lease.
        if (!(await lease.hold())) return;
        const { contextDueAt } = incident;
        // A time far ahead was written before the clock was set back.
        const waits = contextDueAt !== null && contextDueAt > now && contextDueAt < now + 600_000;
        const context = contextDueAt !== null && !waits && clock.monotonic() < endsAt;
        await (context && incident.card !== null ? addContext(incident) : look(incident, inMaintenance));
      }
      const last = open.at(-1);
      if (last === undefined || open.length < atOnce) break;
      after = last.number;
    }
    await digest.post(now);
  };
}
