import { randomUUID } from 'node:crypto';
import type { NewDelivery } from '../../src/domain/delivery.ts';
import { inSlack } from '../../src/domain/destination.ts';

export function newDelivery(now: number, more: Partial<NewDelivery> = {}): NewDelivery {
  return {
    id: randomUUID(),
    team: 'T1',
    destination: inSlack('#ops'),
    text: 'disk is full',
    attachments: [],
    source: 'api',
    trace: 'trace',
    similarKey: null,
    createdAt: now,
    expiresAt: now + 3_600_000,
    ...more,
  };
}
