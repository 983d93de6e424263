import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import pino from 'pino';
import { Registry } from 'prom-client';
import { StoreUnavailable } from '../../../src/domain/errors.ts';
import { createCanary } from '../../../src/modules/canary/canary.ts';
import { createCanaryMetrics } from '../../../src/modules/canary/metrics.ts';
import type { Signal } from '../../../src/ports/signals.ts';
import type { Store } from '../../../src/ports/store.ts';
import { createSqliteStore } from '../../../src/stores/index.ts';
import { manualClock } from '../../support/clock.ts';
import { tempDir } from '../../support/temp.ts';

export const minute = 60_000;

/** Programs on one store with canaries every five minutes, and what Slack has of them. */
export async function openCanaries(t: TestContext) {
  const clock = manualClock();
  const file = join(tempDir(t), 'u.db');
  /** The texts of the messages in the channel, by their time stamps. */
  const channel = new Map<string, string>();
  const told: Signal[] = [];
  /** Warnings. */
  const logged: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) });
  const faults = { signals: false, refusesPosts: null as string | null };

  async function program() {
    const store: Store = await createSqliteStore({
      ...{ file, owner: randomUUID(), clock, coalesceMs: 0, onError: assert.ifError },
    });
    t.after(() => store.close());
    const registry = new Registry();
    const done = { back: 0, renewed: 0 };
    const canary = createCanary({
      ...{ store, clock, log, metrics: createCanaryMetrics(registry) },
      stamp: () => ({ newId: randomUUID, now: clock.now(), ttlMs: minute }),
      ...{ team: () => 'T1', channel: () => '#canary', everyMs: 5 * minute },
      signals: {
        async signal(signal) {
          if (faults.signals) throw new StoreUnavailable('full');
          told.push(signal);
          return { msg: '', id: null };
        },
      },
      renewSockets() {
        done.renewed += 1;
        return true;
      },
      onBack() {
        done.back += 1;
      },
    });
    const metric = async (line: string) => {
      const [, value] = (await registry.metrics()).match(new RegExp(`^ultronex_canary_${line} (.*)$`, 'm')) ?? [];
      return Number(value);
    };
    return { store, canary, done, metric };
  }

  const first = await program();

  /** Posts and deletes what waits, as the worker does. Returns the texts of the posts. */
  async function send(): Promise<string[]> {
    const texts: string[] = [];
    for (const { delivery, tat } of await first.store.claim(clock.now(), 30_000, 10)) {
      const now = clock.now();
      const settle = (result: Parameters<Store['settle']>[1]) => first.store.settle(delivery, result, now);
      const at = { readyAt: now, tat };
      if (delivery.pending === 'delete') {
        channel.delete(delivery.slack?.ts ?? '');
        await settle({ to: 'changed', ...at });
      } else if (faults.refusesPosts !== null) await settle({ to: 'failed', error: faults.refusesPosts, ...at });
      else {
        const ts = `1.${delivery.seq}`;
        channel.set(ts, delivery.text);
        texts.push(delivery.text);
        await settle({ to: 'sent', slack: { channel: 'C1', ts, permalink: null }, uploaded: 0, ...at });
      }
    }
    return texts;
  }

  /** One canary that comes back: sent after `sendMs`, its event after another `eventMs`. */
  async function goRound(by = first.canary, { sendMs = 0, eventMs = 0 } = {}): Promise<void> {
    await by.round();
    await clock.advance(sendMs);
    const [text = ''] = await send();
    await clock.advance(eventMs);
    by.heard(text);
    await by.round();
    await send();
  }

  return { ...first, clock, channel, told, logged, faults, program, send, goRound };
}
