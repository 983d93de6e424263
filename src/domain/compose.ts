import type { NewDelivery } from './delivery.ts';
import { similarKey } from './text.ts';

/** Everything that deliveries need besides what they say. */
export interface Stamp {
  newId(): string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Default time to live, milliseconds. */
  ttlMs: number;
}

/** What a message says, to whom, and what caused it. */
export interface Draft
  extends Omit<NewDelivery, 'id' | 'trace' | 'attachments' | 'similarKey' | 'createdAt' | 'expiresAt'>,
    Partial<Pick<NewDelivery, 'id' | 'trace' | 'attachments'>> {
  /** Messages of one channel whose texts are alike but for numbers and ids may be merged. Absent: it is never merged. */
  similarTo?: string;
  /** Time to live, milliseconds; absent: the default. */
  ttlMs?: number;
}

/** The one way to make a delivery: gives it its id, its times and, when nothing else caused it, a trace of its own. */
export function compose(stamp: Stamp, { similarTo, ttlMs = stamp.ttlMs, ...draft }: Draft): NewDelivery {
  const { id = stamp.newId(), trace = id.slice(0, 8), attachments = [] } = draft;
  return {
    ...draft,
    id,
    trace,
    attachments,
    similarKey: similarTo === undefined ? null : similarKey(similarTo),
    createdAt: stamp.now,
    expiresAt: stamp.now + ttlMs,
  };
}
