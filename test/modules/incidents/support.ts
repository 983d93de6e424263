import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pino from 'pino';
import type { Clock } from '../../../src/domain/clock.ts';
import type { Delivery } from '../../../src/domain/delivery.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import { noNames } from '../../../src/domain/visible-text.ts';
import { createDesk } from '../../../src/modules/incidents/desk.ts';
import { createDigest } from '../../../src/modules/incidents/digest.ts';
import { createIncidentLog } from '../../../src/modules/incidents/incidents.ts';
import { createMaintenance } from '../../../src/modules/incidents/maintenance.ts';
import { createUpkeep } from '../../../src/modules/incidents/upkeep.ts';
import { createWrite } from '../../../src/modules/incidents/write.ts';
import type { Signal } from '../../../src/ports/signals.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/sqlite/store.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';

export const hour = 3_600_000;

export interface ProgramOptions {
  contextOf?: (incident: Incident) => Promise<string | null>;
  remindMs?: number;
  digestAt?: string;
  timeZone?: string;
  hasAlertmanager?: boolean;
  /** Opens the store of a further program; absent: a SQLite file. */
  openStore?: (clock: Clock) => Promise<Store>;
}

/** A store with the parts of the module `incidents` over it, and several programs on the same file. */
export async function openIncidents(t: TestContext, options: ProgramOptions = {}) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  const { contextOf = null, remindMs = 4 * hour, digestAt = null, timeZone = 'UTC', hasAlertmanager = false } = options;

  async function program() {
    const ofFile = { file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError };
    const store: Store = await (options.openStore?.(clock) ?? createSqliteStore(ofFile));
    t.after(() => store.close());
    const stamp = () => ({ newId: randomUUID, now: clock.now(), ttlMs: hour });
    const write = createWrite({
      ...{ stamp, copiesOf: () => [], hasAlertmanager },
      options: {
        publicUrl: '',
        names: { user: (id: string) => (id === 'U1' ? 'anna' : null) },
        canRestart: () => true,
        canRun: () => true,
        canReadLogs: true,
      },
    });
    const maintenance = createMaintenance(store);
    const log = pino({ level: 'silent' });
    const at = { team: () => 'T1', channel: () => '#alerts' };
    const digest = createDigest({ store, stamp, ...at, at: digestAt, timeZone, names: noNames });
    return {
      store,
      maintenance,
      digest,
      desk: createDesk({ store, stamp, team: at.team, write }),
      incidents: createIncidentLog({
        ...{ store, stamp, write, ...at, channelOf: (written: string) => written, publicUrl: '' },
        ...{ contextAfterMs: contextOf === null ? null : 75_000, inMaintenance: maintenance.isOpen },
      }),
      upkeep: createUpkeep({ store, clock, log, maintenance, write, contextOf, digest, remindMs }),
    };
  }

  const first = await program();
  const { store } = first;

  /** Everything that was accepted, oldest first. */
  async function messages(): Promise<Delivery[]> {
    return (await store.deliveries({}, null, 200)).items.reverse();
  }

  /** Sends what waits, as the worker does with a Slack that takes everything. */
  async function sendAll(): Promise<void> {
    for (;;) {
      const claimed = await store.claim(clock.now(), 30_000, 10);
      if (claimed.length === 0) return;
      for (const { delivery, tat } of claimed) {
        const now = clock.now();
        const slack = { channel: 'C1', ts: `1.${delivery.seq}`, permalink: null };
        const sent = { to: 'sent', slack, uploaded: 0 } as const;
        await store.settle(
          delivery,
          { ...(delivery.pending === null ? sent : { to: 'changed' }), readyAt: now, tat },
          now,
        );
      }
    }
  }

  return { ...first, clock, program, messages, sendAll };
}

export function signal(status: Signal['status'], more: Partial<Signal> = {}): Signal {
  return {
    ...{ key: 'watch:shop', status, title: 'shop is down', text: 'HTTP 503', fields: { check: 'shop' } },
    ...{ severity: 'critical', channel: null, at: 0, ...more },
  };
}
